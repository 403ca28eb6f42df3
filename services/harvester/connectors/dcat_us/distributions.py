"""The distributions of a DCAT-US dataset as resources. Pure."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from services.harvester.connectors.values.addresses import clean_url, is_web_address
from services.harvester.connectors.values.dates import past_moment
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.connectors.values.members import listed, mapping, text, texts
from services.harvester.connectors.values.schemas import names_a_schema, schema_reference
from services.harvester.connectors.values.texts import clean_id, clean_line, clean_text
from shared.contracts.records import Checksum, ResourceKind, ResourceRecord, SchemaReference

RESOURCES_LIMIT = 2_000


def parse_distributions(
    entry: Mapping[str, Any], *, url: str, now: datetime, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    """Every distribution, once; the dataset's own address where it has none (version 1.0)."""
    kept: dict[str, ResourceRecord] = {}
    found = listed(entry.get("distribution"))
    if not found and (entry.get("downloadURL") or entry.get("accessURL")):
        found = [{k: entry.get(k) for k in ("downloadURL", "accessURL", "format", "mediaType")}]
    if len(found) > RESOURCES_LIMIT:
        warnings.append(f"{len(found)} ressources : seules {RESOURCES_LIMIT} sont reprises.")
    for item in found[:RESOURCES_LIMIT]:
        resource = _parse(mapping(item), url=url, now=now)
        if resource is None:
            warnings.append("Une ressource sans titre ni adresse est laissée de côté.")
        elif resource.remote_id in kept:
            warnings.append(f"Ressource en double : {resource.title or resource.remote_id}.")
        else:
            kept[resource.remote_id] = resource
    return tuple(kept.values())


def _parse(item: Mapping[str, Any], *, url: str, now: datetime) -> ResourceRecord | None:
    title = clean_line(text(item.get("title")))
    addresses = [item.get(key) for key in ("downloadURL", "accessURL")]
    address = next(filter(None, (clean_url(text(each), url) for each in addresses)), None)
    if address is None and title is None:
        return None
    mime = clean_mime(text(item.get("mediaType")))
    format_name = _format(item, title, mime, address)
    identifier = clean_id(text(item.get("identifier")) or text(item.get("@id")))
    return ResourceRecord(
        remote_id=identifier or made_id(address or f"\n{title}"),
        title=title,
        description=clean_text(text(item.get("description"))),
        url=address,
        format=format_name,
        mime=mime,
        size=_size(item.get("byteSize")),
        checksum=_checksum(mapping(item.get("checksum"))),
        schema_ref=_schema(item),
        kind=_kind(item, format_name, address),
        issued=past_moment(text(item.get("issued")), now),
        modified=past_moment(text(item.get("modified")), now),
    )


def _format(
    item: Mapping[str, Any], title: str | None, mime: str | None, address: str | None
) -> str | None:
    declared = text(item.get("format"))
    if (title or "").lower() == "shapefile":  # ArcGIS says ZIP, which it is only outside
        return "shp"
    return resolve_format(declared, mime, address)


def _kind(item: Mapping[str, Any], format_name: str | None, address: str | None) -> ResourceKind:
    if item.get("accessService") or is_service(format_name, address):
        return "api"
    if format_name == "html" and not item.get("downloadURL"):
        return "documentation"
    return "main"


def _schema(item: Mapping[str, Any]) -> SchemaReference | None:
    for value in texts(item.get("conformsTo")):
        if is_web_address(value) and names_a_schema(value):
            return schema_reference(url=value)
    described = schema_reference(url=text(item.get("describedBy")))
    return described if described and described.name else None


def _size(value: object) -> int | None:
    try:
        size = int(Decimal((text(value) or "").strip()))
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return size if 0 <= size < 2**62 else None


def _checksum(checksum: Mapping[str, Any]) -> Checksum | None:
    algorithm = clean_line(text(checksum.get("algorithm")))
    digest = clean_line(text(checksum.get("checksumValue")))
    if not algorithm or not digest:
        return None
    name = algorithm.rsplit("#", 1)[-1].rsplit("/", 1)[-1].lower()
    return Checksum(algorithm=name.removeprefix("checksumalgorithm_"), value=digest.lower())
