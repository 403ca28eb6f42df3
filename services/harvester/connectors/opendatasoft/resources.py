"""The files of an Opendatasoft dataset: exports, attachments, alternative exports. Pure."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from services.harvester.connectors.offsets import read_total
from services.harvester.connectors.opendatasoft.entries import Entry
from services.harvester.connectors.opendatasoft.versions import Version
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.formats import clean_mime, resolve_format
from services.harvester.connectors.values.members import mapping
from services.harvester.connectors.values.texts import clean_id, clean_line, clean_text
from shared.contracts.records import ResourceKind, ResourceRecord

SHAPEFILE_RECORDS = 50_000
"""Records after which the site cuts a Shapefile short."""

ATTACHED_LIMIT = 500
_MAIN = "csv"
"""The export that is downloaded; the others hold the same records again."""

_GEO_TYPES = frozenset({"geo_point_2d", "geo_shape"})
_PROSE = frozenset({"pdf", "doc", "docx", "odt", "html", "txt", "png", "jpeg", "tiff", "rtf"})
_MIMES = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "shp": "application/zip",
}


def resources_of(
    entry: Entry, *, root: str, version: Version, modified: datetime | None, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    """Exports first, the CSV alone as `main`."""
    kept: dict[str, ResourceRecord] = {}
    found = [*_exports(entry, root, version, modified, warnings)]
    for part in ("attachments", "alternative_exports"):
        found += _attached(entry, part, root, version, warnings)
    addresses: set[str | None] = set()
    for resource in found:
        if resource.remote_id in kept or resource.url in addresses:
            warnings.append(f"Ressource en double : {resource.title or resource.remote_id}.")
            continue
        kept[resource.remote_id] = resource
        addresses.add(resource.url)
    return tuple(kept.values())


def _exports(
    entry: Entry, root: str, version: Version, modified: datetime | None, warnings: list[str]
) -> Iterator[ResourceRecord]:
    if not entry.has_records:
        return
    if not entry.data_visible:
        warnings.append("Le portail ne montre pas les données de ce jeu, seulement sa description.")
        return
    name = re.sub(r"[^\w.-]+", "-", entry.dataset_id).strip("-") or "donnees"
    for format_name in _formats(entry, version):
        yield ResourceRecord(
            remote_id=format_name,
            title=f"{name}.{format_name}",
            url=version.file(root, entry.dataset_id, format_name),
            format=format_name,
            mime=_MIMES[format_name],
            kind="main" if format_name == _MAIN else "other",
            alternative_of=None if format_name == _MAIN else _MAIN,
            modified=modified,
        )


def _formats(entry: Entry, version: Version) -> list[str]:
    formats = ["csv", "json", "xls" if version.name == "v1" else "xlsx"]
    if "geo" in entry.features and entry.field_types & _GEO_TYPES:
        formats.append("geojson")
        if (read_total(entry.metas.get("records_count")) or 0) <= SHAPEFILE_RECORDS:
            formats.append("shp")
    return formats


def _attached(
    entry: Entry, part: str, root: str, version: Version, warnings: list[str]
) -> Iterator[ResourceRecord]:
    items: list[Any] = entry.attachments if part == "attachments" else entry.alternative_exports
    for item in map(mapping, items[:ATTACHED_LIMIT]):
        identifier = clean_id(item.get("id")) or clean_id(item.get("title"))
        if identifier is None:
            warnings.append("Un fichier joint sans identifiant est laissé de côté.")
            continue
        stated = item.get("url")
        url = clean_url(stated, f"{root}/") if stated else None
        mime = clean_mime(item.get("mimetype"))
        title = clean_line(item.get("title"))
        # `odsfile://extra.xls` is a name inside the site, and the only one with an extension.
        named = next((n for n in (title, stated) if isinstance(n, str) and "." in n), None)
        format_name = resolve_format(None, mime, _as_path(named)) or resolve_format(None, mime, url)
        yield ResourceRecord(
            remote_id=f"{part}:{identifier}",
            title=title or identifier,
            description=clean_text(item.get("description")),
            url=url or version.attached(root, entry.dataset_id, part, identifier),
            format=format_name,
            mime=mime,
            kind=_kind(entry, format_name),
        )


def _kind(entry: Entry, format_name: str | None) -> ResourceKind:
    """Files beside records explain or repeat them; without records they are the data."""
    if format_name in _PROSE:
        return "documentation"
    return "other" if entry.has_records else "main"


def _as_path(name: str | None) -> str | None:
    return f"https://fichier.invalid/{name.rsplit('/', 1)[-1]}" if name else None
