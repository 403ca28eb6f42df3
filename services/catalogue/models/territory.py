"""Territories, and the one that a dataset is about."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Territory:
    """A commune, arrondissement, EPCI, EPT, département or région.

    `code` is unique across levels: INSEE for communes and départements, SIREN for EPCI and
    EPT, `R` and the INSEE code for régions (région 11 and département 11 differ). `path`
    goes from itself to ever larger territories.
    """

    code: str
    kind: str
    name: str
    siren: str | None = None
    population: int | None = None
    path: tuple[str, ...] = ()
    postal_codes: tuple[str, ...] = ()


class TerritoryReason(StrEnum):
    """Why a dataset has the territory it has."""

    ZONE = "zone"  # the portal names one zone
    SHARED_BY_ZONES = "shared-by-zones"  # the smallest territory that holds all its zones
    ORGANIZATION = "organization"  # the territory of the organisation
    WIDER = "wider"  # the whole country, or zones with nothing in common
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Coverage:
    """The territory of a dataset with the reason for it."""

    territory: Territory | None
    reason: TerritoryReason


WHOLE_COUNTRY = "country"
_LEVELS = {
    "commune": "commune",
    "town": "commune",
    "arrondissement-municipal": "commune",
    "departement": "departement",
    "county": "departement",
    "region": "region",
    "epci": "epci",
    "ept": "epci",
    "intercommunalite": "epci",
}
_ZONE = re.compile(
    r"(?:fr[:/]|https?://(?:id|rdf)\.insee\.fr/geo/)(?P<level>[a-z-]+)[:/](?P<code>[0-9AB]{1,9})"
)


def zone_code(zone: str) -> str | None:
    """The territory code inside a zone identifier, `country`, or None when it is no zone.

    Reads `fr:commune:94028`, `fr/town/94028`, either with `@date` behind, Insee's URIs,
    `country:fr` and bare codes.
    """
    zone = zone.strip().partition("@")[0]
    if zone.startswith(("country", "fr:country")):
        return WHOLE_COUNTRY
    if re.fullmatch(r"R?\d{2,3}|2[AB]|\d[0-9AB]\d{3}|\d{9}", zone):
        return zone
    found = _ZONE.match(zone)
    level = _LEVELS.get(found["level"]) if found else None
    if found is None or level is None:
        return None
    return f"R{found['code']}" if level == "region" else found["code"]


def shared_path(paths: Sequence[Sequence[str]]) -> list[str]:
    """Codes that lie in every path, smallest territory first."""
    if not paths:
        return []
    common = set(paths[0]).intersection(*paths[1:])
    return [code for code in paths[0] if code in common]


def decide_coverage(
    zones: Iterable[str],
    organization_code: str | None,
    find: Callable[[str], Territory | None],
) -> Coverage:
    """The territory of a dataset: its zones first, else the organisation's.

    A zone that names nothing known is passed over; `country` wins over communes, because
    a national file is not the town's.
    """
    codes = [code for zone in zones if (code := zone_code(zone))]
    if WHOLE_COUNTRY in codes:
        return Coverage(None, TerritoryReason.WIDER)
    named = [found for code in dict.fromkeys(codes) if (found := find(code))]
    if len(named) == 1:
        return Coverage(named[0], TerritoryReason.ZONE)
    if named:
        common = shared_path([territory.path for territory in named])
        holder = find(common[0]) if common else None
        reason = TerritoryReason.SHARED_BY_ZONES if holder else TerritoryReason.WIDER
        return Coverage(holder, reason)
    own = find(organization_code) if organization_code else None
    return Coverage(own, TerritoryReason.ORGANIZATION if own else TerritoryReason.UNKNOWN)
