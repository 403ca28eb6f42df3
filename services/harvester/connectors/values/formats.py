"""Which format a resource has, from what the portal says and from its address."""

import re
from urllib.parse import urlsplit

from services.harvester.connectors.vocabularies import vocabulary

_MIME = re.compile(r"[a-z]+/[a-z0-9.+-]+$")
_PROTOCOL = re.compile(r"ogc:(wms|wfs|wmts|wcs|csw)\b|(www:link)\b|www:download\b")
_LONGEST = 40


def resolve_format(
    declared: object = None, mime: str | None = None, url: str | None = None
) -> str | None:
    """Lower case, no dot. Order: the declared format, the media type, the extension.

    An extension wins over what says nothing: `text/plain` is what CSV is sent as, and so
    is `application/vnd.ms-excel`.
    """
    extension = _extension(url)
    for text in (declared, mime):
        if not isinstance(text, str) or not (word := _last_part(text)):
            continue
        vague = word in vocabulary("formats")["uninformative"]
        if not (vague and extension) and (name := _known(word)):
            return name
    return extension or _known(_last_part(mime or ""))


def clean_mime(value: object) -> str | None:
    """`text/csv` out of `text/csv; charset=utf-8` or an IANA address."""
    if not isinstance(value, str):
        return None
    word = _last_part(value)
    return word if _MIME.match(word) else None


def is_service(format_name: str | None, url: str | None) -> bool:
    """Whether it is a service to be asked rather than a file to be fetched."""
    if format_name in vocabulary("formats")["services"]:
        return True
    query = urlsplit(url or "").query.lower()
    return "request=getcapabilities" in query or "service=wms" in query


def _last_part(text: str) -> str:
    word = text.split(";", maxsplit=1)[0].strip().lower()
    if "/media-types/" in word:
        return word.split("/media-types/")[1].strip("/")
    if word.startswith(("http:", "https:")):
        return re.split(r"[/#]", word.rstrip("/"))[-1]
    if found := _PROTOCOL.match(word):
        # GeoNetwork gives the protocol as the format; a download may be of any.
        return found[1] or found[2] or ""
    return word.removeprefix(".").strip()


def _known(word: str) -> str | None:
    formats = vocabulary("formats")
    if _MIME.match(word):
        mapped = formats["mimes"].get(word)
        return str(mapped) if mapped else None
    name = str(formats["aliases"].get(word, word))
    return name if name and len(name) <= _LONGEST else None


def _extension(url: str | None) -> str | None:
    name = urlsplit(url or "").path.rsplit("/", 1)[-1].lower()
    for extension in vocabulary("formats")["extensions"]:
        if name.endswith(f".{extension}"):
            return str(vocabulary("formats")["aliases"].get(extension, extension))
    return None
