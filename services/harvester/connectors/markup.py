"""XML and HTML of strangers: no entity, no DTD, no network; mended where it is faulty. Pure."""

import re
from collections.abc import Iterator

from lxml import etree, html

from services.harvester.connectors.transport import decode_text
from services.harvester.errors import PortalUnreachable

Element = etree._Element  # noqa: SLF001 - the type has no public name

_PROLOGUE = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"^[^>]{0,200}?encoding=[\"']([A-Za-z0-9._-]+)")
# What XML 1.0 forbids, written out or as a reference.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,8}));")


def local_name(name: str) -> str:
    """`title` of `{namespace}title`, and of `gmd:title` where the prefix is not declared."""
    return name.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def decode_xml(body: bytes, url: str) -> str:
    """The text of an XML document without its declaration and without forbidden characters.

    Raises `PortalUnreachable` when it declares a document type: entities can be bombs.
    """
    text = _DECLARATION.sub("", _decoded(body).lstrip("\ufeff"))
    text = _REFERENCE.sub(_allowed_reference, _FORBIDDEN.sub("", text)).strip()
    after = _PROLOGUE.match(text)
    if text[after.end() if after else 0 :][:9].upper().startswith(("<!DOCTYPE", "<!ENTITY")):
        raise PortalUnreachable(
            f"{url} contient une déclaration DOCTYPE ou ENTITY, refusée par sécurité : "
            "publiez le document sans elle."
        )
    return text


def parse_strictly(text: str) -> Element | None:
    """The root of well-formed XML, or nothing."""
    try:
        return etree.fromstring(text.encode(), _parser(recover=False))
    except etree.XMLSyntaxError:
        return None


def parse_leniently(text: str) -> Element | None:
    """What libxml2 makes of faulty XML: undeclared prefixes and open tags are accepted."""
    try:
        return etree.fromstring(text.encode(), _parser(recover=True))
    except etree.XMLSyntaxError:
        return None


def read_html(body: bytes) -> Element | None:
    """The tree of a web page, however badly written; nothing of an empty one."""
    text = decode_text(body).strip()
    if not text:
        return None
    parser = html.HTMLParser(no_network=True, huge_tree=False, encoding="utf-8")
    try:
        return html.document_fromstring(_FORBIDDEN.sub("", text).encode(), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def text_in(element: Element) -> str:
    """All the text of an element and of what it contains."""
    return "".join(str(part) for part in element.itertext())


def elements(root: Element) -> Iterator[Element]:
    """The element and everything below it that is an element, in document order."""
    return root.iter(etree.Element)


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
        encoding="utf-8",
    )


def _decoded(body: bytes) -> str:
    """By the mark at its start, as declared, else UTF-8, else Windows-1252."""
    if not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        declared = _ENCODING.match(body)
        try:
            return body.decode(declared[1].decode() if declared else "utf-8")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode_text(body)


def _allowed_reference(found: re.Match[str]) -> str:
    code = int(found[1], 16) if found[1] else int(found[2])
    allowed = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE
    return found[0] if allowed or 0x10000 <= code <= 0x10FFFF else ""
