"""A record of Dublin Core (`csw:Record`) as a target record. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.csw.links import Link, resource_of
from services.harvester.connectors.csw.paths import at, attribute, text_at, text_of, texts_at
from services.harvester.connectors.csw.records import (
    NOT_DATASETS,
    record_id,
)
from services.harvester.connectors.csw.requests import page_of
from services.harvester.connectors.markup import Element
from services.harvester.connectors.refusals import NO_ID, NO_TITLE
from services.harvester.connectors.values.addresses import clean_url, is_web_address
from services.harvester.connectors.values.dates import parse_moment, past_moment
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.licences import resolve_licence
from services.harvester.connectors.values.places import bounding_box, spatial_of
from services.harvester.connectors.values.texts import clean_keywords, clean_line, clean_text
from shared.contracts.records import DatasetRecord, Publisher, ResourceRecord, Spatial

RESOURCES_LIMIT = 2_000
_SIDE = re.compile(
    r"\b(north|south|east|west)(?:limit)?\s*=?\s*([-+]?\d+(?:\.\d+)?)", re.IGNORECASE
)


def parse_dublin_core(record: Element, *, endpoint: str, now: datetime) -> DatasetRecord | Rejected:
    """One dataset, or why it cannot be imported; services are none."""
    remote_id = record_id(text_at(record, "identifier"))
    title = clean_line(text_at(record, "title"))
    publisher = Publisher(name=_publisher(record))
    if reason := next(filter(None, map(NOT_DATASETS.get, texts_at(record, "type"))), None):
        return Rejected(reason, remote_id=remote_id, title=title, publisher=publisher)
    if remote_id is None:
        return Rejected(NO_ID, title=title, publisher=publisher)
    if title is None:
        return Rejected(NO_TITLE, remote_id=remote_id, publisher=publisher)
    warnings: list[str] = []
    licence = resolve_licence(texts_at(record, "license", "rights"))
    return DatasetRecord(
        remote_id=remote_id,
        uri=remote_id if is_web_address(remote_id) else None,
        remote_url=_page(record, endpoint) or page_of(endpoint, remote_id),
        title=title,
        description=clean_text(text_at(record, "abstract", "description")),
        publisher=publisher,
        license=licence.id,
        license_raw=clean_line(licence.raw),
        frequency=resolve_frequency(text_at(record, "accrualPeriodicity")),
        spatial=_spatial(record, warnings),
        keywords=clean_keywords(list(texts_at(record, "subject"))),
        language=(clean_line(text_at(record, "language")) or "").lower()[:20] or None,
        issued=_first_moment(record, now, "issued", "created"),
        modified=_modified(record, now, warnings),
        resources=_resources(record, endpoint, warnings),
        warnings=tuple(warnings),
    )


def _publisher(record: Element) -> str | None:
    """A name; some write a number, or the account that wrote the record, as the creator."""
    names = map(clean_line, texts_at(record, "publisher", "creator", "contributor"))
    return next((name for name in names if name and not name.isdigit()), None)


def _page(record: Element, endpoint: str) -> str | None:
    """The rendering of the record for people, where links name it."""
    for reference in at(record, "references"):
        if (attribute(reference, "scheme") or "").lower() == "alternate.html":
            return clean_url(text_of(reference), endpoint)
    return None


def _resources(record: Element, endpoint: str, warnings: list[str]) -> tuple[ResourceRecord, ...]:
    kept: dict[str, ResourceRecord] = {}
    links = list(_links(record))
    if len(links) > RESOURCES_LIMIT:
        warnings.append(f"{len(links)} liens : seuls {RESOURCES_LIMIT} sont repris.")
    for link in links[:RESOURCES_LIMIT]:
        resource = resource_of(link, base=endpoint)
        if resource is None:
            warnings.append("Un lien sans adresse utilisable est laissé de côté.")
        else:
            kept.setdefault(resource.remote_id, resource)
    return tuple(kept.values())


def _links(record: Element) -> Iterator[Link]:
    """In three shapes; other renderings of the record itself are no data."""
    for reference in at(record, "references"):
        scheme = attribute(reference, "scheme") or ""
        if not scheme.lower().startswith("alternate."):
            yield Link(text_of(reference), protocol=scheme)
    for address in at(record, "URI"):
        yield Link(
            text_of(address),
            protocol=attribute(address, "protocol"),
            name=attribute(address, "name"),
            description=attribute(address, "description"),
        )
    for text in texts_at(record, "relation"):
        if is_web_address(text):  # else the identifier of another record
            yield Link(text)


def _spatial(record: Element, warnings: list[str]) -> Spatial | None:
    """ows:BoundingBox, else what dc:coverage says in words; sides may be swapped there."""
    geometry = None
    for box in at(record, "/BoundingBox"):
        lower = (text_at(box, "LowerCorner") or "").split()
        upper = (text_at(box, "UpperCorner") or "").split()
        if len(lower) < 2 or len(upper) < 2:
            warnings.append("Emprise géographique illisible : elle est laissée de côté.")
            continue
        if "4326" in (attribute(box, "crs") or ""):  # latitude first
            lower, upper = lower[1::-1], upper[1::-1]
        geometry = geometry or bounding_box(lower[0], lower[1], upper[0], upper[1])
    name = None
    for said in texts_at(record, "coverage", "spatial"):
        sides = {side.lower(): number for side, number in _SIDE.findall(said)}
        if len(sides) == 4:
            geometry = geometry or bounding_box(
                *(sides[s] for s in ("west", "south", "east", "north"))
            )
        name = name or clean_line(_SIDE.sub("", said).strip(" ,.;()=") if sides else said)
    return spatial_of([], geometry, name)


def _first_moment(record: Element, now: datetime, *names: str) -> datetime | None:
    moments = (past_moment(text, now) for name in names for text in texts_at(record, name))
    return next(filter(None, moments), None)


def _modified(record: Element, now: datetime, warnings: list[str]) -> datetime | None:
    found = _first_moment(record, now, "modified", "date")
    if found is None and any(map(parse_moment, texts_at(record, "modified"))):
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return found
