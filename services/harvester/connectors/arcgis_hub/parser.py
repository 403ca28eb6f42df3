"""One item of the Hub's search as a target record. Pure."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.harvester.connectors.arcgis_hub.addresses import content_of, download_of
from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.refusals import NO_ID, NO_TITLE, NOT_PUBLIC
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.dates import parse_moment, past_moment
from services.harvester.connectors.values.formats import is_service, resolve_format
from services.harvester.connectors.values.identifiers import made_id
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
from shared.contracts.records import DatasetRecord, Publisher, ResourceRecord, Spatial

_ITEM = re.compile(r"([0-9a-f]{32})(?:_(\d+))?$")
_LAYER = re.compile(r"/(?:Feature|Map)Server/(\d+)/?$")
_DOWNLOADS = (
    ("csv", "CSV", "csv"),
    ("geojson", "GeoJSON", "geojson"),
    ("shapefile", "Shapefile", "shp"),
)
_FILES = {
    "CSV": "csv", "Microsoft Excel": "xlsx", "GeoJson": "geojson", "Shapefile": "shp",
    "KML": "kml", "PDF": "pdf", "GeoPackage": "gpkg", "File Geodatabase": "gdb",
    "Microsoft Word": "docx", "CSV Collection": "zip", "Image": "png",
}  # fmt: skip
_NO_PROPERTIES = (
    "L'entrée n'est pas un jeu de données : membre « properties » attendu. "
    "Signalez-le à qui tient le portail."
)
_NO_LICENCE = frozenset({"none", "custom"})
RESOURCES_LIMIT = 200


def parse_feature(feature: object, *, root: str, now: datetime) -> DatasetRecord | Rejected:
    """One item, or why it cannot be imported. `root` is the site, without a last slash."""
    item = mapping(mapping(feature).get("properties"))
    if not item:
        return Rejected(_NO_PROPERTIES)
    identifier = clean_id(text(item.get("id")) or text(mapping(feature).get("id")))
    title = without_tags(item.get("title")) or without_tags(item.get("name"))
    publisher = _publisher(item)
    if identifier is None:
        return Rejected(NO_ID, title=title, publisher=publisher)
    key = _key(identifier, text(item.get("url")))
    if title is None:
        return Rejected(NO_TITLE, remote_id=key, publisher=publisher)
    if item.get("access") not in {None, "public"}:
        return Rejected(NOT_PUBLIC, remote_id=key, title=title, publisher=publisher)
    warnings: list[str] = []
    licence = _licence(item)
    return DatasetRecord(
        remote_id=key,
        remote_url=clean_url(f"/datasets/{identifier}", root),
        title=title,
        description=clean_text(text(item.get("description")) or text(item.get("snippet"))),
        publisher=publisher,
        license=licence.id,
        license_raw=without_tags(licence.raw),
        spatial=_spatial(feature, item, warnings),
        keywords=_distinct(texts(item.get("tags"))),
        themes=_distinct(each.rsplit("/", 1)[-1] for each in texts(item.get("categories"))),
        language=(clean_line(text(item.get("culture"))) or "").lower()[:20] or None,
        issued=past_moment(item.get("created"), now),
        modified=_modified(item, now, warnings),
        resources=_resources(item, key, root),
        warnings=tuple(warnings),
    )


def _key(identifier: str, url: str | None) -> str:
    """`<item>_<layer>`, as in the feed: the layer may be told by the service's address."""
    found = _ITEM.match(identifier)
    layer = _LAYER.search(url or "")
    if found and not found[2] and layer:
        return f"{found[1]}_{layer[1]}"
    return identifier


def _licence(item: Mapping[str, Any]) -> Licence:
    said = [text(item.get("licenseInfo")), text(item.get("license"))]
    return resolve_licence(s for s in said if s and s.lower() not in _NO_LICENCE)


def _publisher(item: Mapping[str, Any]) -> Publisher:
    names = (clean_line(text(item.get(m))) for m in ("source", "orgName", "organization", "owner"))
    return Publisher(
        name=next(filter(None, names), None), remote_id=clean_line(text(item.get("orgId")))
    )


def _spatial(feature: object, item: Mapping[str, Any], warnings: list[str]) -> Spatial | None:
    """The feature's geometry, else the corners of its extent."""
    given = mapping(feature).get("geometry")
    geometry = read_geometry(given)
    corners = listed(mapping(item.get("extent")).get("coordinates"))
    if geometry is None and len(corners) == 2:
        sides = [side for corner in corners for side in listed(corner)[:2]]
        geometry = bounding_box(*sides) if len(sides) == 4 else None
    if given and geometry is None:
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    return spatial_of([], geometry, None)


def _modified(item: Mapping[str, Any], now: datetime, warnings: list[str]) -> datetime | None:
    moment = past_moment(item.get("modified"), now)
    if moment is None and parse_moment(item.get("modified")):
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return moment


def _resources(item: Mapping[str, Any], key: str, root: str) -> tuple[ResourceRecord, ...]:
    kept: dict[str, ResourceRecord] = {}
    for resource in _candidates(item, key, root):
        if len(kept) < RESOURCES_LIMIT:
            kept.setdefault(resource.remote_id, resource)
    return tuple(kept.values())


def _candidates(item: Mapping[str, Any], key: str, root: str) -> Iterator[ResourceRecord]:
    found = _ITEM.match(key)
    kind = text(item.get("type")) or ""
    url = clean_url(text(item.get("url")), root)
    if url:
        yield _resource("ArcGIS GeoService", url, "arcgis geoservices rest api")
    if found and (kind.startswith("Feature") or kind == "Table"):
        for extension, title, name in _DOWNLOADS[: 1 if kind == "Table" else None]:
            yield _resource(title, download_of(root, found[1], found[2] or "0", extension), name)
    elif found and kind in _FILES:
        size = item.get("size")
        known = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**62
        yield _resource(
            clean_line(text(item.get("name"))) or kind,
            content_of(found[1]),
            _FILES[kind],
            size=size if known else None,
        )
    for other in map(mapping, listed(item.get("additionalResources"))):
        if address := clean_url(text(other.get("url")), root):
            guessed = resolve_format(None, None, address)
            yield _resource(clean_line(text(other.get("name"))), address, guessed)


def _resource(
    title: str | None, url: str, format_name: str | None, *, size: int | None = None
) -> ResourceRecord:
    service = is_service(format_name, url) or bool(re.search(r"/(?:Feature|Map)Server\b", url))
    return ResourceRecord(
        remote_id=made_id(url),
        title=title,
        url=url,
        format=format_name,
        size=size,
        kind="api" if service else "main" if format_name else "documentation",
    )


def _distinct(words: Iterator[str]) -> tuple[str, ...]:
    """Once each, whatever the case; the first way of writing is kept."""
    kept: dict[str, object] = {}
    for word in words:
        kept.setdefault(word.strip().lower(), word)
    return clean_keywords(list(kept.values()))
