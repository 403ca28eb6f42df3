"""Sitemaps: what they list, packed or not, whatever their prefixes. Pure."""

import zlib
from dataclasses import dataclass

from services.harvester.connectors.contract import Answer
from services.harvester.connectors.markup import (
    decode_xml,
    elements,
    local_name,
    parse_leniently,
    parse_strictly,
    text_in,
)
from services.harvester.connectors.transport import PAGE_LIMIT, looks_like_html
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.errors import PortalUnreachable

ADDRESSES_LIMIT = 50_000
"""By sitemaps.org, in one file."""


@dataclass(frozen=True)
class Sitemap:
    """Addresses of pages, and of other sitemaps."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(answer: Answer) -> Sitemap:
    """Raises `PortalUnreachable` for what is no sitemap: a web page, XML cut in the middle."""
    body = _unpacked(answer.body, answer.url)
    if looks_like_html(body):
        raise PortalUnreachable(f"{answer.url} a répondu une page web au lieu d'un plan de site.")
    text = decode_xml(body, answer.url)
    root = parse_strictly(text)
    if root is None and text.endswith(">"):
        root = parse_leniently(text)
    if root is None or local_name(str(root.tag)) not in {"urlset", "sitemapindex"}:
        raise PortalUnreachable(f"{answer.url} n'est pas un plan de site lisible.")
    found: dict[str, dict[str, None]] = {"url": {}, "sitemap": {}}
    for entry in root.iterchildren("*"):
        listed = found.get(local_name(str(entry.tag)))
        if listed is None or len(listed) >= ADDRESSES_LIMIT:
            continue
        for child in elements(entry):
            # Also image:loc is called so: only the entry's own counts.
            if child.getparent() is entry and local_name(str(child.tag)) == "loc":
                if address := clean_url(text_in(child), answer.url):
                    listed[address.split("#")[0]] = None
                break
    return Sitemap(tuple(found["url"]), tuple(found["sitemap"]))


def is_sitemap(body: bytes) -> bool:
    """Whether a body is one, by its first element."""
    return b"<urlset" in body[:2_000] or b"<sitemapindex" in body[:2_000]


def _unpacked(body: bytes, url: str) -> bytes:
    """The content of a `.gz`, of 50 MB at most."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        packed = zlib.decompressobj(wbits=31)
        content = packed.decompress(body, PAGE_LIMIT)
    except zlib.error as error:
        raise PortalUnreachable(f"{url} est un fichier compressé illisible.") from error
    if packed.unconsumed_tail or not packed.eof:
        raise PortalUnreachable(f"{url} est un fichier compressé trop grand ou incomplet.")
    return content
