"""Formats of files: what European and French rules say of them.

The names are the lower-case ones of a resource's `format`. Sources: the file-type authority
table of the EU, and the two lists with which data.europa.eu extends it for its MQA
(`edp-non-proprietary-format`, `edp-machine-readable-format`); closed formats are those of
data.gouv.fr (udata).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileType:
    """`code` is that of the EU's file-type table, `media_type` IANA's where there is one."""

    code: str
    media_type: str | None = None
    open: bool = False
    machine: bool = False


FILE_TYPES: dict[str, FileType] = {
    "csv": FileType("CSV", "text/csv", open=True, machine=True),
    "tsv": FileType("TSV", "text/tab-separated-values", open=True),
    "json": FileType("JSON", "application/json", open=True, machine=True),
    "jsonld": FileType("JSON_LD", "application/ld+json", open=True, machine=True),
    "geojson": FileType("GEOJSON", "application/geo+json", open=True, machine=True),
    "xml": FileType("XML", "application/xml", open=True, machine=True),
    "gml": FileType("GML", "application/gml+xml"),
    "kml": FileType("KML", "application/vnd.google-earth.kml+xml", open=True, machine=True),
    "kmz": FileType("KMZ", "application/vnd.google-earth.kmz", open=True, machine=True),
    "ods": FileType(
        "ODS", "application/vnd.oasis.opendocument.spreadsheet", open=True, machine=True
    ),
    "xls": FileType("XLS", "application/vnd.ms-excel", machine=True),
    "xlsx": FileType(
        "XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", machine=True
    ),
    "shp": FileType("SHP", "application/vnd.shp", machine=True),
    "gpkg": FileType("GPKG", "application/geopackage+sqlite3"),
    "parquet": FileType("PARQUET", "application/vnd.apache.parquet"),
    "rdf": FileType("RDF_XML", "application/rdf+xml", open=True, machine=True),
    "ttl": FileType("RDF_TURTLE", "text/turtle", open=True, machine=True),
    "txt": FileType("TXT", "text/plain", open=True),
    "html": FileType("HTML", "text/html", open=True),
    "zip": FileType("ZIP", "application/zip", open=True),
    "gz": FileType("GZIP", "application/gzip", open=True),
    "pdf": FileType("PDF", "application/pdf"),
    "doc": FileType("DOC", "application/msword"),
    "docx": FileType(
        "DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    ),
    "odt": FileType("ODT", "application/vnd.oasis.opendocument.text"),
    "png": FileType("PNG", "image/png", open=True),
    "jpeg": FileType("JPEG", "image/jpeg"),
    "tiff": FileType("TIFF", "image/tiff", open=True),
    "wms": FileType("WMS_SRVC", open=True),
    "wfs": FileType("WFS_SRVC"),
}

CLOSED = frozenset({"pdf", "doc", "docx", "word", "xls", "excel", "xlsx"})
"""Formats that data.gouv.fr does not count as open."""

TABULAR = frozenset({"csv", "tsv", "xls", "xlsx", "ods"})


def file_type(name: str | None) -> FileType | None:
    """The type of that format, None when the EU's table has none for it."""
    return FILE_TYPES.get(name or "")
