"""The answer to GetRecords: its figures, and its records one by one. Pure.

A faulty record is mended alone: the others of its page are read as they are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.harvester.connectors.contract import Answer
from services.harvester.connectors.markup import (
    Element,
    decode_xml,
    elements,
    local_name,
    parse_leniently,
    parse_strictly,
    text_in,
)
from services.harvester.connectors.transport import looks_like_html
from services.harvester.errors import PortalRefusedError, PortalUnreachable

_KINDS = (
    "MD_Metadata", "MI_Metadata", "FC_FeatureCatalogue", "Record", "SummaryRecord",
    "BriefRecord", "RDF", "Dataset",
)  # fmt: skip
_OPENING = re.compile(rf"<((?:[\w.-]+:)?(?:{'|'.join(_KINDS)}))(?:\s[^<>]*)?(?<!/)>")
_DECLARED = re.compile(r"\sxmlns(?::[\w.-]+)?\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')")
_RESULTS = re.compile(r"<(?:[\w.-]+:)?SearchResults\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"([\w.:-]+)\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_EXCEPTION = re.compile(r"<(?:[\w.-]+:)?(?:ExceptionReport|ServiceExceptionReport)\b")
_DAMAGE = "La fiche était du XML mal formé : elle a été lue au mieux."


@dataclass(frozen=True)
class Found:
    """A record of a page; `fault` says that it had to be mended."""

    element: Element
    fault: str | None = None

    @property
    def kind(self) -> str:
        """Its name without prefix: `MD_Metadata`, `Record`, `RDF` …"""
        return local_name(str(self.element.tag))


@dataclass(frozen=True)
class Response:
    """A page of records; `matched` and `following` are what the server says, if it does."""

    found: tuple[Found, ...] = ()
    matched: int | None = None
    following: int | None = None

    @property
    def count(self) -> int:
        """Entries in the body, which the attribute of the server may contradict."""
        return sum(_entries(found) for found in self.found)


def read_response(answer: Answer) -> Response:
    """Raises `PortalRefusedError` for a report of an exception, `PortalUnreachable` for
    what is no answer of a catalogue: a web page, XML cut in the middle, a DOCTYPE.
    """
    if not answer.body.strip():
        raise PortalUnreachable(f"{answer.url} a répondu une page vide.")
    if looks_like_html(answer.body):
        raise PortalUnreachable(f"{answer.url} a répondu une page web au lieu de fiches XML.")
    text = decode_xml(answer.body, answer.url)
    if _EXCEPTION.search(text[:5_000]):
        raise PortalRefusedError(f"Le catalogue a refusé la demande : {exception_of(text)}")
    results = _RESULTS.search(text)
    figures = _figures(results[1]) if results else {}
    root = parse_strictly(text)
    if root is None and not _ends_whole(text):
        raise PortalUnreachable(f"{answer.url} a répondu du XML incomplet.")
    found = tuple(_records(root)) if root is not None else tuple(_records_apart(text))
    if results is None and not found:
        raise PortalUnreachable(f"{answer.url} n'a pas répondu des fiches de catalogue.")
    return Response(found, figures.get("numberOfRecordsMatched"), figures.get("nextRecord"))


def is_catalogue(answer: Answer) -> bool:
    """Whether the answer is one that only a CSW service gives."""
    text = answer.body[:5_000].decode("utf-8", errors="replace")
    return bool(
        re.search(r"<(?:[\w.-]+:)?GetRecords(?:ById)?Response\b", text)
        or (re.search(r"<(?:[\w.-]+:)?Capabilities\b", text) and "/cat/csw/" in text)
    )


def exception_of(text: str) -> str:
    """What a report of an exception says, with its code."""
    root = parse_leniently(text)
    if root is None:
        return "sans explication"
    said = []
    for element in elements(root):
        if local_name(str(element.tag)) in {"Exception", "ServiceException"}:
            code = element.get("exceptionCode") or element.get("code") or ""
            said.append(" ".join(f"{code} {element.get('locator') or ''}".split()))
            said.append(" ".join(text_in(element).split())[:300])
    return " – ".join(filter(None, said)) or "sans explication"


def _records(root: Element) -> Iterator[Found]:
    """The outermost records: an RDF document is one, with all the datasets in it."""
    if local_name(str(root.tag)) in _KINDS:
        yield Found(root)
        return
    for child in root.iterchildren("*"):
        yield from _records(child)


def _records_apart(text: str) -> Iterator[Found]:
    """Each record out of a page that is not well formed, with the prefixes of its page."""
    opening = _OPENING.search(text)
    around = text[: opening.start()] if opening else ""
    declared: dict[str, str] = {}
    for each in _DECLARED.findall(around):
        declared.setdefault(each.split("=")[0].strip(), each)
    closed: dict[str, bool] = {}
    while opening:
        end = _end_of(text, opening, closed)
        part = text[opening.start() : end]
        head, rest = (
            part[: opening.end() - opening.start()],
            part[opening.end() - opening.start() :],
        )
        own = {each.split("=")[0].strip() for each in _DECLARED.findall(head)}
        inherited = "".join(v for name, v in declared.items() if name not in own)
        whole = f"<{opening[1]}{inherited}{head[1 + len(opening[1]) :]}{rest}"
        element = parse_strictly(whole)
        if element is not None:
            yield Found(element)
        elif (mended := parse_leniently(whole)) is not None:
            yield Found(mended, _DAMAGE)
        opening = _OPENING.search(text, end)


def _end_of(text: str, opening: re.Match[str], closed: dict[str, bool]) -> int:
    """Where the record ends: its closing tag, else the next record or the end."""
    tag = f"</{opening[1]}>"
    if closed.get(tag, True):
        end = text.find(tag, opening.end())
        if end >= 0:
            return end + len(tag)
        closed[tag] = False  # looked for to the end: there is none for any later one either
    following = _OPENING.search(text, opening.end())
    return following.start() if following else len(text)


def _ends_whole(text: str) -> bool:
    """Whether the last tag closes the first one: else the answer was cut."""
    first = re.search(r"<([\w.:-]+)", text)
    return bool(first) and text.rstrip().endswith(f"</{first[1]}>" if first else "")


def _figures(attributes: str) -> dict[str, int]:
    figures = {}
    for name, double, single in _ATTRIBUTE.findall(attributes):
        value = (double or single).strip()
        if value.isascii() and value.isdigit() and len(value) < 19:
            figures[name] = int(value)
    return figures


def _entries(found: Found) -> int:
    if found.kind != "RDF":
        return 1
    names = [local_name(str(child.tag)) for child in found.element.iterchildren("*")]
    described = sum(name in {"Dataset", "DatasetSeries", "DataService"} for name in names)
    return max(described, names.count("CatalogRecord"))
