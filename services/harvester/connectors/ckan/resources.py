"""The resources of a package. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.harvester.connectors.ckan.fields import line_of, moment_of, text_of
from services.harvester.connectors.ckan.qualities import schema_of
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.connectors.values.members import listed, mapping
from services.harvester.connectors.values.texts import clean_id, clean_text
from shared.contracts.records import Checksum, ResourceKind, ResourceRecord

RESOURCES_LIMIT = 2_000
_KINDS: dict[str, ResourceKind] = {
    "file": "main", "file.upload": "main", "documentation": "documentation", "api": "api",
    "code": "code", "visualization": "other", "image": "other", "metadata": "documentation",
}  # fmt: skip
_ALGORITHMS = {32: "md5", 40: "sha1", 64: "sha256", 128: "sha512"}
_DIGEST = re.compile(r"(?:(?P<name>[a-z0-9-]+):)?(?P<digest>[0-9a-f]{8,128})$")
_BYTES = re.compile(r"(\d[\d\s\u00a0\u202f]*)(?:\.0*)?\s*(?:octets?|o|bytes?|b)?$", re.IGNORECASE)
_HOST_FIRST = re.compile(r"(?:www\.)?(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/|www\.", re.IGNORECASE)
_GUESSED = ("audio/", "video/")


def parse_resources(
    value: object, *, root: str, now: datetime, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    """Those of a package, each once; `warnings` says which were set aside and why."""
    kept: dict[str, ResourceRecord] = {}
    addresses: set[tuple[str, str | None]] = set()
    items = listed(value)
    if len(items) > RESOURCES_LIMIT:
        warnings.append(f"{len(items)} ressources : seules {RESOURCES_LIMIT} sont reprises.")
    for item in items[:RESOURCES_LIMIT]:
        if str(mapping(item).get("state")).lower() == "deleted":
            continue
        resource = parse_resource(item, root=root, now=now)
        if resource is None:
            warnings.append("Une ressource sans identifiant ni adresse est laissée de côté.")
            continue
        address = (resource.url, resource.format) if resource.url else None
        if resource.remote_id in kept or address in addresses:
            warnings.append(f"Ressource en double : {resource.title or resource.remote_id}.")
            continue
        kept[resource.remote_id] = resource
        if address:
            addresses.add(address)
    return tuple(kept.values())


def parse_resource(item: object, *, root: str, now: datetime) -> ResourceRecord | None:
    """One resource; `None` when it is no object or names neither an id nor an address."""
    if not isinstance(item, dict):
        return None
    url = _address(item, root)
    remote_id = clean_id(item.get("id")) or (made_id(url) if url else None)
    if remote_id is None:
        return None
    mime = _mime(item)
    # DKAN puts the extension where the media type belongs.
    declared = line_of(item.get("format")) or line_of(item.get("mimetype"))
    format_name = "csv" if _is_dump(item) else resolve_format(declared, mime, url)
    return ResourceRecord(
        remote_id=remote_id,
        title=line_of(item.get("name_translated"), item.get("name"), item.get("title")),
        description=clean_text(
            text_of(item.get("description_translated"), item.get("description"))
        ),
        url=url,
        format=format_name,
        mime=mime,
        size=_size(item.get("size")),
        checksum=_checksum(item),
        schema_ref=schema_of(item.get("schema"), item.get("conforms_to")),
        kind=_kind(item, format_name, url),
        issued=_first_moment(item, ("issued", "created"), now),
        modified=_first_moment(
            item, ("modified", "last_modified", "metadata_modified", "revision_timestamp"), now
        ),
    )


def absolute(value: object, root: str) -> str | None:
    """An address that may be relative to the site or lack its scheme (`www.ville.fr/a.csv`)."""
    if isinstance(value, str) and _HOST_FIRST.match(value.strip()):
        value = f"https://{value.strip()}"
    return clean_url(value, f"{root}/")


def _address(item: Mapping[str, Any], root: str) -> str | None:
    if _is_dump(item) and (identifier := clean_id(item.get("id"))):
        return clean_url(f"{root}/datastore/dump/{identifier}", root)
    members = ("download_url", "url", "access_url")
    stated = [item.get(member) for member in members]
    stated += [
        endpoint
        for service in listed(item.get("access_services"))
        for endpoint in listed(mapping(service).get("endpoint_url"))
    ]
    return next(filter(None, (absolute(each, root) for each in stated)), None)


def _is_dump(item: Mapping[str, Any]) -> bool:
    """Rows of the portal's database: there is no file but the one that it makes of them."""
    return item.get("url_type") == "datastore" or (
        not item.get("url") and item.get("datastore_active") is True
    )


def _kind(item: Mapping[str, Any], format_name: str | None, url: str | None) -> ResourceKind:
    files = any(item.get(member) for member in ("download_url", "url", "access_url"))
    if is_service(format_name, url) or (item.get("access_services") and not files):
        return "api"
    stated = str(item.get("resource_type") or "").lower()
    return _KINDS.get(stated, "other" if format_name == "html" else "main")


def _mime(item: Mapping[str, Any]) -> str | None:
    """CKAN guesses it from the address: a host in `.au` made sound of a file of numbers."""
    mime = clean_mime(item.get("mimetype"))
    return None if mime and mime.startswith(_GUESSED) else mime


def _size(value: object) -> int | None:
    """Bytes. `1,2 Mo` is rounded, hence no size to compare with."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    found = _BYTES.match(str(value).strip())
    digits = re.sub(r"\D", "", found[1]) if found else ""
    return int(digits) if digits and len(digits) < 19 else None


def _checksum(item: Mapping[str, Any]) -> Checksum | None:
    """`md5:…`, or bare digits whose length tells the algorithm, or a member that names it."""
    found = _DIGEST.match(str(item.get("hash") or "").strip().lower())
    if not found:
        return None
    stated = str(item.get("hash_algorithm") or "").lower().replace("-", "")
    algorithm = re.split(r"[#/_]", stated)[-1]
    name = found["name"] or algorithm or _ALGORITHMS.get(len(found["digest"]))
    return Checksum(algorithm=name.replace("-", ""), value=found["digest"]) if name else None


def _first_moment(
    item: Mapping[str, Any], members: tuple[str, ...], now: datetime
) -> datetime | None:
    return next(filter(None, (moment_of(item.get(member), now) for member in members)), None)
