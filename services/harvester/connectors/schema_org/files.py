"""The downloads of a schema.org `Dataset` as resources. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.harvester.connectors.values.addresses import clean_url, is_web_address
from services.harvester.connectors.values.dates import past_moment
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.connectors.values.members import listed, mapping, text
from services.harvester.connectors.values.schemas import names_a_schema, schema_reference
from services.harvester.connectors.values.texts import clean_id, clean_line, clean_text
from shared.contracts.records import Checksum, ResourceRecord, SchemaReference

RESOURCES_LIMIT = 2_000
_DIGESTS = ("sha256", "md5", "sha1")


def parse_files(
    value: object, *, page: str, now: datetime, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    """Every download that has an address, once; a set of files inside another has none."""
    kept: dict[str, ResourceRecord] = {}
    found = listed(value)
    if len(found) > RESOURCES_LIMIT:
        warnings.append(f"{len(found)} ressources : seules {RESOURCES_LIMIT} sont reprises.")
    for item in map(mapping, found[:RESOURCES_LIMIT]):
        resource = _parse(item, page=page, now=now)
        if resource is not None:
            kept.setdefault(resource.remote_id, resource)
        elif not item.get("containedIn"):
            warnings.append("Une ressource sans adresse est laissée de côté.")
    return tuple(kept.values())


def schema_in(item: Mapping[str, Any]) -> SchemaReference | None:
    """The schema of tables among what a dataset or a download conforms to.

    `conformsTo` names formats and profiles as well: Croissant writes its own there.
    """
    for value in listed(item.get("conformsTo")):
        held = mapping(value)
        addresses = [text(held.get(name)) for name in ("@id", "url")] if held else [text(value)]
        for address in filter(None, addresses):
            if is_web_address(address) and names_a_schema(address):
                return schema_reference(text(held.get("name")), url=address)
    return None


def _parse(item: Mapping[str, Any], *, page: str, now: datetime) -> ResourceRecord | None:
    addresses = (clean_url(text(item.get(name)), page) for name in ("contentUrl", "url"))
    url = next(filter(None, addresses), None)
    if url is None:
        return None
    said = [text(item.get(name)) for name in ("fileFormat", "encodingFormat")]
    mime = next(filter(None, map(clean_mime, said)), None)
    # encodingFormat is a media type by the standard, a bare name at udata.
    declared = next((s for s in reversed(said) if s and not clean_mime(s)), None)
    format_name = resolve_format(declared, mime, url)
    return ResourceRecord(
        remote_id=clean_id(text(item.get("@id"))) or made_id(url),
        title=clean_line(text(item.get("name"))),
        description=clean_text(text(item.get("description"))),
        url=url,
        format=format_name,
        mime=mime,
        size=_size(text(item.get("contentSize"))),
        checksum=_checksum(item),
        schema_ref=schema_in(item),
        kind="api" if is_service(format_name, url) else "main",
        modified=past_moment(text(item.get("dateModified")), now),
    )


def _size(said: str | None) -> int | None:
    """Bytes; `1.6 MB` is rounded, which is no good to compare."""
    digits = (said or "").strip().removesuffix("B").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def _checksum(item: Mapping[str, Any]) -> Checksum | None:
    for algorithm in _DIGESTS:
        if digest := clean_line(text(item.get(algorithm))):
            return Checksum(algorithm=algorithm, value=digest.lower())
    return None
