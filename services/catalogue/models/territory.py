"""Territories, and the one that a dataset is about."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.catalogue.models.text import plain


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


def acronyms(territory: Territory) -> frozenset[str]:
    """What people shorten the names of intercommunal bodies to: « GPSEA », « MEL », « CASA ».

    With its articles and without; two letters say nothing.
    """
    if territory.kind not in _INTERCOMMUNAL:
        return frozenset()
    words = plain(territory.name).split()
    legal, rest = (words[0], words[1:]) if words[0] in _LEGAL_FORMS else ("", words)
    return frozenset(
        short
        for left_out in (_LINKS, _LINKS | _DETERMINERS)
        for short in [legal + "".join(word[0] for word in rest if word not in left_out)]
        if len(short) >= (_LEAST_ACRONYM if legal else _LEAST_ACRONYM - 1)
    )


class TerritoryReason(StrEnum):
    """Why a dataset has the territory it has."""

    ZONE = "zone"  # the portal names one zone
    SHARED_BY_ZONES = "shared-by-zones"  # the smallest territory that holds all its zones
    PUBLISHER_NUMBER = "publisher-number"  # whose SIREN the publisher has
    PUBLISHER_NAME = "publisher-name"  # that the publisher is called after
    PLACE_NAME = "place-name"  # that the portal names, without an identifier
    GEOMETRY = "geometry"  # where its geometry lies
    ORGANIZATION = "organization"  # the territory of the organisation
    WIDER = "wider"  # the whole country, or zones with nothing in common
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Coverage:
    """The territory of a dataset with the reason for it."""

    territory: Territory | None
    reason: TerritoryReason


WHOLE_COUNTRY = "country"
_ARTICLES = ("", "la ", "le ", "les ", "l ")
_INTERCOMMUNAL = frozenset({"ca", "cc", "cu", "ept", "metro"})
_LEGAL_FORMS = frozenset({"ca", "cc", "cu"})
_LINKS = frozenset({"a", "au", "aux", "d", "de", "des", "du", "en", "entre", "et", "l", "sur"})
_DETERMINERS = frozenset({"la", "le", "les"})
_LEAST_ACRONYM = 4  # letters, of which the legal form is two
_COMMUNES = frozenset({"commune", "arrondissement-municipal"})
_OF = r"(?: (?:de|du|des|d|la|le|les|l)\b)*\s*"
_CALLED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(rf"(?:la |le )?(?:commune|ville|mairie|village)\b{_OF}"), _COMMUNES),
    (
        re.compile(rf"(?:le )?(?:departement|conseil (?:general|departemental))\b{_OF}"),
        frozenset({"departement"}),
    ),
    (re.compile(rf"(?:la )?(?:region|conseil regional)\b{_OF}"), frozenset({"region"})),
)
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


@dataclass(frozen=True)
class Clues:
    """What is known of where a dataset belongs, the surest first.

    `publisher_siren`, `organization_code` and `geometry_code` are codes of territories;
    names are as the portal gives them. The organisation is the member whose source it is.
    """

    zones: tuple[str, ...] = ()
    publisher_siren: str | None = None
    publisher_name: str | None = None
    place_name: str | None = None
    geometry_code: str | None = None
    organization_code: str | None = None


def decide_coverage(
    clues: Clues,
    find: Callable[[str], Territory | None],
    named: Callable[[str], Sequence[Territory]] = lambda _: (),
) -> Coverage:
    """The territory of a dataset: its zones, its publisher, the place it names, where its
    geometry lies; else its organisation's.

    `find` knows territories by code or SIREN, `named` by a name. A zone that names nothing
    known is passed over; `country` wins over communes, because a national file is not the
    town's. A geometry that is no narrower than the organisation's own territory says less
    than that does: boxes are drawn wide.
    """
    stated = _by_zones(clues.zones, find)
    if stated:
        return stated
    own = find(clues.organization_code) if clues.organization_code else None
    siren = find(clues.publisher_siren) if clues.publisher_siren else None
    if siren:
        return Coverage(siren, TerritoryReason.PUBLISHER_NUMBER)
    for name, reason in (
        (clues.publisher_name, TerritoryReason.PUBLISHER_NAME),
        (clues.place_name, TerritoryReason.PLACE_NAME),
    ):
        if name and (place := _only(named(name), own)):
            return Coverage(place, reason)
    lies_in = find(clues.geometry_code) if clues.geometry_code else None
    if lies_in and not (own and lies_in.code in own.path):
        return Coverage(lies_in, TerritoryReason.GEOMETRY)
    return Coverage(own, TerritoryReason.ORGANIZATION if own else TerritoryReason.UNKNOWN)


def names_of_territories(name: str) -> dict[str, frozenset[str] | None]:
    """Plain names that a publisher or a place may be called after, with the kinds of
    territory that each may mean (None: any).

    « Ville de La Queue-en-Brie » names a commune only; « Val-de-Marne » names what is so
    called, at whatever level.
    """
    text = plain(name)
    found: dict[str, frozenset[str] | None] = {}
    for pattern, kinds in _CALLED:
        if match := pattern.match(text):
            rest = text[match.end() :]
            found |= {f"{article}{rest}": kinds for article in _ARTICLES}
            return found
    return {text: None} if text else {}


def _by_zones(zones: Iterable[str], find: Callable[[str], Territory | None]) -> Coverage | None:
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
    return None


def _only(candidates: Sequence[Territory], own: Territory | None) -> Territory | None:
    """The one candidate; of several the one around or inside the organisation's territory.

    Saint-Denis is in Seine-Saint-Denis and on La Réunion: nobody guesses between them.
    """
    if len(candidates) == 1:
        return candidates[0]
    near = [one for one in candidates if own and set(one.path) & set(own.path)]
    return near[0] if len(near) == 1 else None
