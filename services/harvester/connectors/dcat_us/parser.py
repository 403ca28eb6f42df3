"""One dataset of a DCAT-US feed, version 1.1 or 3.0, as a target record. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.dcat_us.catalogue import entries
from services.harvester.connectors.dcat_us.distributions import parse_distributions
from services.harvester.connectors.dcat_us.keys import is_arcgis, item_key
from services.harvester.connectors.dcat_us.places import spatial_in, temporal_in
from services.harvester.connectors.refusals import NO_TITLE, NOT_AN_OBJECT, NOT_PUBLIC, SAME_ID
from services.harvester.connectors.values.addresses import clean_url, is_web_address
from services.harvester.connectors.values.dates import parse_moment, past_moment
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.licences import Licence, resolve_licence
from services.harvester.connectors.values.members import listed, mapping, text, texts
from services.harvester.connectors.values.schemas import names_a_schema, schema_reference
from services.harvester.connectors.values.texts import (
    clean_id,
    clean_keywords,
    clean_line,
    clean_text,
    without_tags,
)
from shared.contracts.records import Contact, DatasetRecord, Publisher, SchemaReference


@dataclass(frozen=True)
class Parsed:
    """What a feed holds."""

    records: tuple[DatasetRecord, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def parse_catalogue(catalogue: Mapping[str, Any], *, url: str, now: datetime) -> Parsed:
    """Every dataset of a feed found at `url`, each once; titles may be shared."""
    records: dict[str, DatasetRecord] = {}
    rejected: list[Rejected] = []
    for entry, listed_itself in entries(catalogue):
        parsed = parse_dataset(entry, url=url, now=now)
        if isinstance(parsed, Rejected):
            rejected.append(parsed)
        elif parsed.remote_id not in records:
            records[parsed.remote_id] = parsed
        elif listed_itself:
            rejected.append(
                Rejected(
                    SAME_ID,
                    remote_id=parsed.remote_id,
                    title=parsed.title,
                    publisher=parsed.publisher,
                )
            )
    return Parsed(tuple(records.values()), tuple(rejected))


def parse_dataset(entry: object, *, url: str, now: datetime) -> DatasetRecord | Rejected:
    """One entry, or why it cannot be imported."""
    if not isinstance(entry, dict):
        return Rejected(NOT_AN_OBJECT)
    title = without_tags(text(entry.get("title")))
    remote_id = _remote_id(entry, url)
    publisher = _publisher(entry)
    if refusal := _refusal(entry, remote_id, title):
        return Rejected(refusal, remote_id=remote_id, title=title, publisher=publisher)
    warnings: list[str] = []
    licence = _licence(entry)
    node = text(entry.get("@id"))
    return DatasetRecord(
        remote_id=remote_id or "",
        uri=next(filter(is_web_address, (node, text(entry.get("identifier")))), None),
        remote_url=clean_url(text(entry.get("landingPage")), url),
        title=title or "",
        description=clean_text(text(entry.get("description"))),
        publisher=publisher,
        license=licence.id,
        license_raw=clean_line(licence.raw),
        frequency=_frequency(entry, warnings),
        temporal=temporal_in(entry.get("temporal"), warnings),
        spatial=spatial_in(entry.get("spatial"), warnings),
        keywords=clean_keywords(list(texts(entry.get("keyword")))),
        themes=clean_keywords(list(texts(entry.get("theme")))),
        language=_language(entry),
        issued=past_moment(text(entry.get("issued")), now),
        modified=_modified(entry, now, warnings),
        contact=_contact(entry),
        schema_ref=_schema(entry),
        resources=parse_distributions(entry, url=url, now=now, warnings=warnings),
        warnings=tuple(warnings),
    )


def _remote_id(entry: Mapping[str, Any], url: str) -> str | None:
    """The item of ArcGIS, else the identifier, the node, the landing page: never the title."""
    if is_arcgis(entry) and (key := item_key(entry)):
        return key
    for member in ("identifier", "@id"):
        identifiers = sorted(filter(None, map(clean_id, texts(entry.get(member)))))
        if identifiers:
            return identifiers[0]
    return clean_id(clean_url(text(entry.get("landingPage")), url))


def _refusal(entry: Mapping[str, Any], remote_id: str | None, title: str | None) -> str | None:
    if remote_id is None:
        return (
            "Le jeu de données n'a ni identifiant ni page d'accueil : il ne peut pas être suivi "
            "d'un moissonnage à l'autre. Donnez-lui l'un ou l'autre sur son portail."
        )
    if title is None:
        return NO_TITLE
    if entry.get("accessLevel") == "non-public":
        return NOT_PUBLIC
    return None


def _licence(entry: Mapping[str, Any]) -> Licence:
    """Of the dataset, its rights, its distributions; HTML in which an address may be."""
    said = [*texts(entry.get("license")), *texts(entry.get("rights"))]
    for distribution in map(mapping, listed(entry.get("distribution"))):
        said += [*texts(distribution.get("license")), *texts(distribution.get("rights"))]
    # Addresses may be in the markup alone: known by the whole text, shown without it.
    found = resolve_licence(said)
    return Licence(found.id, without_tags(found.raw) or found.raw)


def _publisher(entry: Mapping[str, Any]) -> Publisher:
    for member in ("publisher", "creator"):
        if name := clean_line(text(entry.get(member))):
            node = clean_line(mapping(entry[member]).get("@id"))
            return Publisher(name=name, remote_id=node)
    return Publisher()


def _contact(entry: Mapping[str, Any]) -> Contact | None:
    for point in map(mapping, listed(entry.get("contactPoint"))):
        name = clean_line(text(point.get("fn")) or text(point.get("name")))
        email = (clean_line(text(point.get("hasEmail"))) or "").removeprefix("mailto:").strip()
        if name or "@" in email:
            return Contact(name=name, email=email if "@" in email else None)
    return None


def _frequency(entry: Mapping[str, Any], warnings: list[str]) -> str | None:
    """accrualPeriodicity; also `R/P1W` where the date of modification should be."""
    word = clean_line(text(entry.get("accrualPeriodicity")))
    modified = text(entry.get("modified")) or ""
    if word is None and modified.upper().startswith("R/"):
        word = modified
    frequency = resolve_frequency(word)
    if frequency == "unknown" and word and word.lower() != "unknown":
        warnings.append(f"Fréquence de mise à jour non reconnue : « {word} ».")
    return frequency


def _modified(entry: Mapping[str, Any], now: datetime, warnings: list[str]) -> datetime | None:
    value = text(entry.get("modified"))
    moment = past_moment(value, now)
    if moment is None and parse_moment(value):
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return moment


def _language(entry: Mapping[str, Any]) -> str | None:
    codes = [code.rstrip("/").rsplit("/", 1)[-1].lower() for code in texts(entry.get("language"))]
    french = [code for code in codes if code.startswith("fr")]
    return next((code[:20] for code in (*french, *codes) if code), None)


def _schema(entry: Mapping[str, Any]) -> SchemaReference | None:
    for value in texts(entry.get("conformsTo")):
        if is_web_address(value) and names_a_schema(value):
            return schema_reference(url=value)
    # A data dictionary is any document: only one of the national register is a schema.
    described = schema_reference(url=text(entry.get("describedBy")))
    return described if described and described.name else None
