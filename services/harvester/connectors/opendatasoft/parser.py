"""One dataset of Opendatasoft as a target record. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.opendatasoft.entries import Entry, entry_of
from services.harvester.connectors.opendatasoft.resources import resources_of
from services.harvester.connectors.opendatasoft.schemas import schema_of
from services.harvester.connectors.opendatasoft.versions import Version
from services.harvester.connectors.refusals import NO_ID
from services.harvester.connectors.values.addresses import clean_url, has_scheme
from services.harvester.connectors.values.dates import parse_interval, parse_moment, past_moment
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.licences import resolve_licence
from services.harvester.connectors.values.members import listed
from services.harvester.connectors.values.places import (
    bounding_box,
    normalise_zone,
    read_geometry,
    spatial_of,
)
from services.harvester.connectors.values.texts import clean_keywords, clean_line, clean_text
from shared.contracts.records import (
    Contact,
    DatasetRecord,
    Period,
    Provenance,
    Publisher,
    Spatial,
)

_SIDES = ("west", "south", "east", "north")
_NAMES_LIMIT = 5


def parse_dataset(
    item: object, *, root: str, version: Version, now: datetime
) -> DatasetRecord | Rejected:
    """The record of one entry of the catalogue, or why it cannot be imported.

    `root` is the site's address without a trailing slash.
    """
    entry = entry_of(item)
    if entry is None:
        return Rejected(NO_ID)
    warnings: list[str] = []
    metas, dcat = entry.metas, entry.group("dcat")
    title = clean_line(metas.get("title"))
    if title is None:
        title = entry.dataset_id
        warnings.append("Le jeu de données n'a pas de titre : son nom technique en tient lieu.")
    licence = resolve_licence(_lines([metas.get("license_url"), metas.get("license")]))
    page = page_of(root, entry.dataset_id)
    modified = _modified(metas, now, warnings)
    return DatasetRecord(
        remote_id=entry.dataset_id,
        uri=page,
        remote_url=page,
        title=title,
        description=clean_text(metas.get("description")),
        publisher=Publisher(name=publisher_of(entry)),
        license=licence.id,
        license_raw=licence.raw,
        frequency=_frequency(dcat, warnings),
        temporal=_temporal(dcat),
        spatial=_spatial(entry),
        keywords=_distinct(clean_keywords(listed(metas.get("keyword")))),
        themes=_distinct(_lines([metas.get("theme")])),
        language=clean_line(next(iter(listed(metas.get("language"))), None), limit=20),
        issued=_first(now, dcat.get("issued"), dcat.get("created")),
        modified=modified,
        contact=_contact(entry),
        schema_ref=schema_of(entry),
        resources=resources_of(
            entry, root=root, version=version, modified=modified, warnings=warnings
        ),
        provenance=_provenance(entry),
        warnings=tuple(warnings),
    )


def publisher_of(entry: Entry) -> str | None:
    """The publisher, else the creator; free text."""
    stated = (entry.metas.get("publisher"), entry.group("dcat").get("creator"))
    return next(filter(None, _lines(stated)), None)


def page_of(root: str, dataset_id: str) -> str:
    """The page of a dataset, which is also what Opendatasoft's DCAT calls it."""
    return f"{root}/explore/dataset/{quote(dataset_id, safe='@')}/"


def _modified(metas: Mapping[str, Any], now: datetime, warnings: list[str]) -> datetime | None:
    """When the data changed, else what the site calls modified, which may be the record."""
    for value in (metas.get("data_processed"), metas.get("modified")):
        if moment := past_moment(value, now):
            return moment
        if parse_moment(value):
            warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return None


def _frequency(dcat: Mapping[str, Any], warnings: list[str]) -> str | None:
    word = next(_lines([dcat.get("accrualperiodicity")]), None)
    frequency = resolve_frequency(word)
    if frequency == "unknown" and word and word.lower() != "unknown":
        warnings.append(f"Fréquence de mise à jour non reconnue : « {word} ».")
    return frequency


def _temporal(dcat: Mapping[str, Any]) -> Period | None:
    periods = (parse_interval(text) for text in _lines([dcat.get("temporal")]))
    return next(filter(None, periods), None)


def _spatial(entry: Entry) -> Spatial | None:
    """Names of territories, the geometry, and Opendatasoft's own codes, kept raw as `ods:…`.

    The levels that those codes number are not documented; a bare country is.
    """
    stated = [*_lines([entry.group("dcat").get("spatial")])]
    area = entry.metas.get("geographic_area")
    shape = area.get("geometry", area) if isinstance(area, dict) else area
    geometry = next(filter(None, map(read_geometry, [shape, *stated])), None) or _box(entry)
    names = [*_lines([entry.metas.get("territory")])]
    names += [text for text in stated if not has_scheme(text) and read_geometry(text) is None]
    known = [zone for text in stated if (zone := normalise_zone(text))]
    zones = [zone for zone in known if zone.startswith(("fr:", "country:"))]
    codes = _lines([entry.metas.get("geographic_reference")])
    zones += [f"country:{code}" if len(code) == 2 else f"ods:{code}" for code in codes]
    return spatial_of(zones, geometry, clean_line(", ".join(names[:_NAMES_LIMIT])))


def _box(entry: Entry) -> dict[str, object] | None:
    """The four sides of the INSPIRE metas, each a text."""
    inspire = entry.group("inspire")
    sides = [next((inspire[key] for key in inspire if side in key), None) for side in _SIDES]
    return bounding_box(*sides) if all(side not in (None, "") for side in sides) else None


def _contact(entry: Entry) -> Contact | None:
    dcat, inspire = entry.group("dcat"), entry.group("inspire")
    pairs = (
        (dcat.get("contact_name"), dcat.get("contact_email")),
        (inspire.get("contact_individual_name"), inspire.get("contact_email")),
    )
    for name, address in pairs:
        email = clean_line(address)
        if (clean := clean_line(name)) or (email and "@" in email):
            return Contact(name=clean, email=email if email and "@" in email else None)
    return None


def _provenance(entry: Entry) -> tuple[Provenance, ...]:
    """The portal that a federated dataset comes from: `id@domain` tells it as well."""
    metas = entry.metas
    source = clean_line(metas.get("source_dataset"))
    address = clean_line(metas.get("source_domain_address"))
    domain = clean_line(metas.get("source_domain"))
    local, at, origin = entry.dataset_id.rpartition("@")
    federated = str(metas.get("federated")).lower() == "true"
    if not (federated or domain or address or source or metas.get("shared_catalog") or at):
        return ()
    if address and not has_scheme(address):
        address = f"https://{address}"
    url = clean_url(address, "") if address else None
    remote_id = source or local or None
    return (
        Provenance(
            kind="federation",
            domain=urlsplit(url or "").hostname or (domain or origin or "").lower() or None,
            remote_id=remote_id,
            url=page_of(url.rstrip("/"), remote_id) if url and remote_id else None,
            catalogue=url,
            title=clean_line(metas.get("source_domain_title")),
        ),
    )


def _first(now: datetime, *values: object) -> datetime | None:
    return next(filter(None, (past_moment(value, now) for value in values)), None)


def _lines(values: Iterable[object]) -> Iterator[str]:
    """Lines that say something, of texts, lists of texts and nulls."""
    for value in values:
        for part in listed(value):
            if line := clean_line(part):
                yield line


def _distinct(lines: Iterable[str]) -> tuple[str, ...]:
    """Each once, whatever its case: portals list `Environnement` and `environnement`."""
    kept: dict[str, str] = {}
    for line in lines:
        kept.setdefault(line.casefold(), line)
    return tuple(kept.values())
