"""One dataset of udata's API v1 as a target record. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.refusals import (
    NO_ID,
    NO_TITLE,
    NOT_AN_OBJECT,
    NOT_PUBLIC,
    NOT_PUBLISHED,
)
from services.harvester.connectors.udata.provenance import provenance_of
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.dates import parse_moment, parse_period, past_moment
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.identifiers import clean_siret, made_id
from services.harvester.connectors.values.licences import resolve_licence
from services.harvester.connectors.values.places import (
    normalise_zone,
    read_geometry,
    spatial_of,
)
from services.harvester.connectors.values.schemas import schema_reference
from services.harvester.connectors.values.texts import (
    clean_id,
    clean_keywords,
    clean_line,
    clean_text,
)
from shared.contracts.records import (
    Checksum,
    Contact,
    DatasetRecord,
    Period,
    Publisher,
    ResourceKind,
    ResourceRecord,
    SchemaReference,
    Spatial,
)

RESOURCES_LIMIT = 2_000
_KINDS: dict[str, ResourceKind] = {kind: kind for kind in get_args(ResourceKind)}


def parse_dataset(
    item: object, *, base: str, now: datetime, siret: str | None = None
) -> DatasetRecord | Rejected:
    """The record of one entry of `data`, or why it cannot be imported.

    `base` resolves relative addresses; `siret` is the organisation's, which the entry
    itself does not carry.
    """
    if not isinstance(item, dict):
        return Rejected(NOT_AN_OBJECT)
    remote_id = clean_id(item.get("id"))
    title = clean_line(item.get("title"))
    if refusal := _refusal(item, remote_id, title):
        return Rejected(refusal, remote_id=remote_id, title=title)
    warnings: list[str] = []
    harvest = _mapping(item.get("harvest"))
    licence = resolve_licence(filter(None, [clean_line(item.get("license"))]))
    return DatasetRecord(
        remote_id=remote_id or "",
        uri=clean_url(harvest.get("uri") or item.get("uri"), base),
        remote_url=clean_url(harvest.get("remote_url") or item.get("page"), base),
        title=title or "",
        description=clean_text(item.get("description")),
        publisher=_publisher(item, siret),
        license=licence.id,
        license_raw=licence.raw,
        frequency=_frequency(item, warnings),
        temporal=_temporal(item.get("temporal_coverage")),
        spatial=_spatial(item.get("spatial"), warnings),
        keywords=clean_keywords(_sequence(item.get("tags"))),
        issued=past_moment(item.get("created_at"), now),
        modified=_modified(item, harvest, now, warnings),
        contact=_contact(item.get("contact_points")),
        schema_ref=parse_schema(item.get("schema")),
        resources=_resources(item.get("resources"), base, now, warnings),
        archived=bool(item.get("archived")),
        provenance=provenance_of(item, base),
        warnings=tuple(warnings),
    )


def parse_resource(item: object, *, base: str, now: datetime) -> ResourceRecord | None:
    """One resource; `None` when it is no object or names neither an id nor an address."""
    if not isinstance(item, dict):
        return None
    url = clean_url(item.get("url"), base)
    remote_id = clean_id(item.get("id")) or (made_id(url) if url else None)
    if remote_id is None:
        return None
    mime = clean_mime(item.get("mime"))
    harvest = _mapping(item.get("harvest"))
    format_name = resolve_format(item.get("format"), mime, url)
    return ResourceRecord(
        remote_id=remote_id,
        title=clean_line(item.get("title")),
        description=clean_text(item.get("description")),
        url=url,
        format=format_name,
        mime=mime,
        size=_size(item.get("filesize")),
        checksum=_checksum(item.get("checksum")),
        schema_ref=parse_schema(item.get("schema")),
        kind="api" if is_service(format_name, url) else _kind(item.get("type")),
        issued=past_moment(item.get("created_at"), now),
        modified=past_moment(harvest.get("modified_at") or item.get("last_modified"), now),
    )


def parse_schema(value: object) -> SchemaReference | None:
    """The five shapes: null, {}, all null, name with or without version, URL alone."""
    if isinstance(value, str):
        return schema_reference(name=value)
    schema = _mapping(value)
    return schema_reference(schema.get("name"), schema.get("version"), schema.get("url"))


def parse_siret(organization: object) -> str | None:
    """The SIRET of an organisation of the API."""
    return clean_siret(_mapping(organization).get("business_number_id"))


def organization_id(item: object) -> str | None:
    """The id of the organisation of a dataset."""
    return clean_line(_mapping(_mapping(item).get("organization")).get("id"))


def _refusal(item: Mapping[str, Any], remote_id: str | None, title: str | None) -> str | None:
    if remote_id is None:
        return NO_ID
    if title is None:
        return NO_TITLE
    if item.get("private"):
        return NOT_PUBLIC
    if item.get("deleted"):
        return NOT_PUBLISHED
    return None


def _publisher(item: Mapping[str, Any], siret: str | None) -> Publisher:
    organization = _mapping(item.get("organization"))
    if organization:
        return Publisher(
            name=clean_line(organization.get("name")),
            siret=siret,
            remote_id=clean_line(organization.get("id")),
        )
    owner = _mapping(item.get("owner"))
    names = [clean_line(owner.get(part)) for part in ("first_name", "last_name")]
    return Publisher(
        name=" ".join(filter(None, names)) or None, remote_id=clean_line(owner.get("id"))
    )


def _frequency(item: Mapping[str, Any], warnings: list[str]) -> str | None:
    value = item.get("frequency")
    # X-Get-Datasets-Full-Objects turns the word into an object.
    word = clean_line(_mapping(value).get("id") if isinstance(value, dict) else value)
    frequency = resolve_frequency(word)
    if frequency == "unknown" and word and word.lower() != "unknown":
        warnings.append(f"Fréquence de mise à jour non reconnue : « {word} ».")
    return frequency


def _temporal(value: object) -> Period | None:
    coverage = _mapping(value)
    return parse_period(coverage.get("start"), coverage.get("end"))


def _spatial(value: object, warnings: list[str]) -> Spatial | None:
    spatial = _mapping(value)
    zones = [
        zone
        for entry in _sequence(spatial.get("zones"))
        if (zone := normalise_zone(entry.get("id") if isinstance(entry, dict) else entry))
    ]
    geometry = read_geometry(spatial.get("geom"))
    if spatial.get("geom") and geometry is None:
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    return spatial_of(zones, geometry, None)


def _modified(
    item: Mapping[str, Any], harvest: Mapping[str, Any], now: datetime, warnings: list[str]
) -> datetime | None:
    for value in (harvest.get("modified_at"), item.get("last_update"), item.get("last_modified")):
        if moment := past_moment(value, now):
            return moment
        if parse_moment(value):
            warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return None


def _contact(value: object) -> Contact | None:
    for point in map(_mapping, _sequence(value)):
        name, email = clean_line(point.get("name")), clean_line(point.get("email"))
        if name or email:
            return Contact(name=name, email=email)
    return None


def _resources(
    value: object, base: str, now: datetime, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    kept: dict[str, ResourceRecord] = {}
    items = _sequence(value)
    if len(items) > RESOURCES_LIMIT:
        warnings.append(f"{len(items)} ressources : seules {RESOURCES_LIMIT} sont reprises.")
    for item in items[:RESOURCES_LIMIT]:
        resource = parse_resource(item, base=base, now=now)
        if resource is None:
            warnings.append("Une ressource sans identifiant ni adresse est laissée de côté.")
        elif resource.remote_id in kept:
            warnings.append(f"Ressource en double : {resource.title or resource.remote_id}.")
        else:
            kept[resource.remote_id] = resource
    return tuple(kept.values())


def _kind(value: object) -> ResourceKind:
    return _KINDS.get(value, "main") if isinstance(value, str) else "main"


def _size(value: object) -> int | None:
    try:
        size = int(float(value)) if isinstance(value, int | float | str) else -1
    except (ValueError, OverflowError):
        return None
    return size if 0 <= size < 2**62 else None


def _checksum(value: object) -> Checksum | None:
    checksum = _mapping(value)
    algorithm, digest = clean_line(checksum.get("type")), clean_line(checksum.get("value"))
    if not algorithm or not digest:
        return None
    return Checksum(algorithm=algorithm.lower(), value=digest.lower())


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _sequence(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
