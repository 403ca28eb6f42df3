"""A link of a record as a resource: a file, a service, or a page to read. Pure."""

import re
from dataclasses import dataclass

from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.connectors.values.texts import clean_line, clean_text
from shared.contracts.records import ResourceKind, ResourceRecord

_SERVICES = {
    "wms": re.compile(r"\bwms\b", re.IGNORECASE),
    "wfs": re.compile(r"\bwfs\b", re.IGNORECASE),
    "wmts": re.compile(r"\bwmts\b", re.IGNORECASE),
    "wcs": re.compile(r"\bwcs\b", re.IGNORECASE),
    "csw": re.compile(r"\bcsw\b", re.IGNORECASE),
    "api": re.compile(r"\besri:rest|\batom\b|\bogc:(?:api|sos)|^rest$", re.IGNORECASE),
}
_DOWNLOAD = re.compile(r"download|^file:|^ftp", re.IGNORECASE)
_PAGES = frozenset({None, "html", "php", "aspx", "jsp"})
# What a WFS gives whole is a file, although it comes from a service.
_GETS_FEATURES = re.compile(
    r"request=getfeature\b.*outputformat=|outputformat=.*request=getfeature\b"
)


@dataclass(frozen=True)
class Link:
    """What a record says of a link, in the record's own words; `size` in bytes."""

    address: str | None
    protocol: str | None = None
    name: str | None = None
    description: str | None = None
    function: str | None = None
    mime: str | None = None
    size: int | None = None

    @property
    def is_download(self) -> bool:
        """Whether the record says that this is a file: the protocol, else the function."""
        return bool(_DOWNLOAD.search(self.protocol or "")) or (
            self.function == "download" and self.service is None
        )

    @property
    def service(self) -> str | None:
        """The kind of service that the protocol names."""
        for name, pattern in _SERVICES.items():
            if pattern.search(self.protocol or ""):
                return name
        return None


def resource_of(
    link: Link, *, base: str, format_of_whole: str | None = None
) -> ResourceRecord | None:
    """The resource; `None` when the address is none that could be followed."""
    url = clean_url(link.address, base)
    if url is None:
        return None
    gets_features = bool(_GETS_FEATURES.search(url.lower()))
    service = None if gets_features else link.service
    mime = clean_mime(link.mime)
    format_name = service or resolve_format(None, mime, url) or _format(link, format_of_whole)
    # Layers of one service have one address, and a name each.
    layer = link.name if service else None
    return ResourceRecord(
        remote_id=made_id("\n".join(filter(None, (url, layer)))),
        title=clean_line(link.name) or clean_line(link.description),
        description=clean_text(link.description),
        url=url,
        format=format_name,
        mime=mime,
        size=link.size,
        kind=_kind(link, service, format_name, url, gets_features=gets_features),
    )


def _format(link: Link, format_of_whole: str | None) -> str | None:
    if link.is_download:
        return resolve_format(format_of_whole)
    return "html" if (link.protocol or "").upper().startswith("WWW:LINK") else None


def _kind(
    link: Link, service: str | None, format_name: str | None, url: str, *, gets_features: bool
) -> ResourceKind:
    """Many files are linked to as if they were pages: an extension decides then."""
    if gets_features:
        return "main"
    if service or is_service(format_name, url):
        return "api"
    if link.is_download:
        return "main"
    if format_name in _PAGES or format_name == "pdf":
        return "documentation"
    return "main"
