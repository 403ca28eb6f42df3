"""One schema.org `Dataset` as a target record. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.refusals import NO_TITLE
from services.harvester.connectors.schema_org.files import parse_files, schema_in
from services.harvester.connectors.values.addresses import clean_url, is_web_address
from services.harvester.connectors.values.dates import parse_interval, parse_moment, past_moment
from services.harvester.connectors.values.licences import Licence, resolve_licence
from services.harvester.connectors.values.members import listed, mapping, text, texts
from services.harvester.connectors.values.places import bounding_box, read_geometry, spatial_of
from services.harvester.connectors.values.texts import (
    clean_id,
    clean_keywords,
    clean_line,
    clean_text,
    without_tags,
)
from shared.contracts.records import Contact, DatasetRecord, Period, Publisher, Spatial


def parse_dataset(
    dataset: Mapping[str, Any], *, page: str, now: datetime, alone: bool = True
) -> DatasetRecord | Rejected:
    """One dataset of the page at `page`, or why it cannot be imported.

    `alone`: no other dataset is on the page, whose address can then stand for it.
    """
    title = without_tags(text(dataset.get("name")))
    remote_id = _remote_id(dataset) or (page if alone else None)
    publisher = _publisher(dataset)
    if remote_id is None:
        return Rejected(
            f"Un jeu de données de {page} n'a ni identifiant ni adresse : il ne peut pas être "
            "distingué des autres de la page. Donnez-lui un « @id » ou une « url ».",
            title=title,
            publisher=publisher,
        )
    if title is None:
        return Rejected(NO_TITLE, remote_id=remote_id, publisher=publisher)
    warnings: list[str] = []
    licence = _licence(dataset)
    url = clean_url(text(dataset.get("url")), page)
    node = text(dataset.get("@id"))
    return DatasetRecord(
        remote_id=remote_id,
        uri=node if is_web_address(node) else url,
        remote_url=url or page,
        title=title,
        description=clean_text(text(dataset.get("description"))),
        publisher=publisher,
        license=licence.id,
        license_raw=clean_line(licence.raw),
        temporal=_temporal(dataset, warnings),
        spatial=_spatial(dataset, warnings),
        keywords=clean_keywords(list(texts(dataset.get("keywords")))),
        language=_language(dataset),
        issued=_first_moment(dataset, now, "datePublished", "dateCreated"),
        modified=_modified(dataset, now, warnings),
        contact=_contact(dataset),
        schema_ref=schema_in(dataset),
        resources=parse_files(dataset.get("distribution"), page=page, now=now, warnings=warnings),
        warnings=tuple(warnings),
    )


def _remote_id(dataset: Mapping[str, Any]) -> str | None:
    """The identifier (text, address or PropertyValue), the node, the address."""
    for value in listed(dataset.get("identifier")):
        held = mapping(value)
        said = text(held.get("value") or held.get("url")) if held else text(value)
        if identifier := clean_id(said):
            return identifier
    return clean_id(text(dataset.get("@id"))) or clean_id(text(dataset.get("url")))


def _licence(dataset: Mapping[str, Any]) -> Licence:
    """An address, a text, or a work with both."""
    said: list[str] = []
    for value in listed(dataset.get("license")):
        work = mapping(value)
        parts = [work.get(name) for name in ("url", "@id", "name")] if work else [value]
        said += filter(None, map(text, parts))
    return resolve_licence(said)


def _publisher(dataset: Mapping[str, Any]) -> Publisher:
    for role in ("publisher", "creator", "provider", "author"):
        for person in listed(dataset.get(role)):
            if name := clean_line(text(person)):
                address = text(mapping(person).get("@id")) or text(mapping(person).get("url"))
                return Publisher(name=name, remote_id=clean_line(address))
    return Publisher()


def _contact(dataset: Mapping[str, Any]) -> Contact | None:
    for person in _people(dataset):
        email = (clean_line(text(person.get("email"))) or "").removeprefix("mailto:").strip()
        if "@" in email:
            return Contact(name=clean_line(text(person.get("name"))), email=email)
    return None


def _people(dataset: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for role in ("contactPoint", "publisher", "creator", "maintainer"):
        for person in listed(dataset.get(role)):
            yield from map(mapping, listed(mapping(person).get("contactPoint")))
            yield mapping(person)


def _temporal(dataset: Mapping[str, Any], warnings: list[str]) -> Period | None:
    """`a/b`, `..` for an open end, a year or a month."""
    said = list(texts(dataset.get("temporalCoverage")))
    for value in said:
        if period := parse_interval(value.replace("..", "")):
            return period
    if said:
        warnings.append("Couverture temporelle illisible : elle est laissée de côté.")
    return None


def _spatial(dataset: Mapping[str, Any], warnings: list[str]) -> Spatial | None:
    geometry: dict[str, object] | None = None
    name: str | None = None
    unreadable = False
    for place in listed(dataset.get("spatialCoverage")):
        name = name or clean_line(text(place))
        for shape in map(mapping, listed(mapping(place).get("geo"))):
            found = _geometry(shape)
            geometry = geometry or found
            unreadable = unreadable or found is None
    if unreadable and geometry is None:
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    return spatial_of([], geometry, name)


def _geometry(shape: Mapping[str, Any]) -> dict[str, object] | None:
    """A box, which says the south first, or a point."""
    sides = (text(shape.get("box")) or "").replace(",", " ").split()
    if len(sides) == 4:
        south, west, north, east = sides
        return bounding_box(west, south, east, north)
    longitude, latitude = text(shape.get("longitude")), text(shape.get("latitude"))
    try:
        position = [float(longitude or ""), float(latitude or "")]
    except ValueError:
        return read_geometry(text(shape.get("polygon")))
    return read_geometry({"type": "Point", "coordinates": position})


def _language(dataset: Mapping[str, Any]) -> str | None:
    codes = [code.lower() for code in texts(dataset.get("inLanguage"))]
    french = [code for code in codes if code.startswith("fr")]
    return next((code[:20] for code in (*french, *codes) if code), None)


def _first_moment(dataset: Mapping[str, Any], now: datetime, *names: str) -> datetime | None:
    moments = (past_moment(text(dataset.get(name)), now) for name in names)
    return next(filter(None, moments), None)


def _modified(dataset: Mapping[str, Any], now: datetime, warnings: list[str]) -> datetime | None:
    moment = _first_moment(dataset, now, "dateModified")
    if moment is None and parse_moment(text(dataset.get("dateModified"))):
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return moment
