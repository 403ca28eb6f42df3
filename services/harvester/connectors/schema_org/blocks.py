"""JSON-LD blocks of a web page, also badly written, and the datasets in them. Pure.

No context is fetched or expanded: the words of schema.org are known, with any prefix.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.harvester.connectors.markup import elements, read_html
from services.harvester.connectors.transport import decode_text
from services.harvester.connectors.values.members import listed

_DEPTH_LIMIT = 30
_NODES_LIMIT = 5_000
BLOCKS_LIMIT = 50
_PREFIX = re.compile(
    r"^(?:https?://schema\.org/|schema:|sc:|cr:|https?://mlcommons\.org/croissant/)"
)
# A string, kept as it is, or a comma that nothing follows.
_TRAILING_COMMA = re.compile(r'"(?:\\.|[^"\\])*"|,(?=\s*[}\]])', re.DOTALL)
_WRAPPING = re.compile(r"^\s*(?://\s*)?<!(?:--|\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$")
_CONTAINERS = ("@graph", "dataset", "mainEntity", "hasPart", "about", "itemListElement", "item")


@dataclass(frozen=True)
class Blocks:
    """Datasets of a page, as objects with plain names; `mended` and `unreadable` are counts."""

    datasets: tuple[dict[str, Any], ...] = ()
    mended: int = 0
    unreadable: int = 0


def read_page(body: bytes) -> Blocks:
    """Every dataset that a web page describes, in the order of the page."""
    root = read_html(body)
    if root is None:
        return Blocks()
    scripts = [
        element.text or ""
        for element in elements(root)
        if element.tag == "script" and "ld+json" in (element.get("type") or "").lower()
    ]
    return read_blocks(scripts[:BLOCKS_LIMIT])


def read_document(body: bytes) -> Blocks:
    """The datasets of a file that is JSON-LD itself."""
    return read_blocks([decode_text(body)])


def read_blocks(scripts: list[str]) -> Blocks:
    """The datasets of several blocks; one that says nothing of datasets may be broken."""
    datasets: list[dict[str, Any]] = []
    mended = unreadable = 0
    for script in scripts:
        if not script.strip():
            continue
        decoded, was_mended = _decoded(script)
        if decoded is None:
            unreadable += "Dataset" in script
            continue
        plain = _plain(decoded, 0)
        nodes = _index(plain)
        found = [_joined(dataset, nodes) for dataset in _datasets(plain, 0)]
        mended += bool(was_mended and found)
        datasets += found
    return Blocks(tuple(datasets), mended, unreadable)


def _decoded(script: str) -> tuple[Any, bool]:
    """The JSON and whether it had to be mended; raw line breaks in strings are let pass."""
    bare = _WRAPPING.sub("", script).strip()
    without_commas = _TRAILING_COMMA.sub(lambda m: m[0] if m[0] != "," else "", bare)
    for number, text in enumerate((bare, without_commas, html.unescape(without_commas))):
        try:
            return json.loads(text, strict=False), number > 0
        except (ValueError, RecursionError):
            continue
    return None, False


def _plain(value: Any, depth: int) -> Any:
    """The value with the bare names of schema.org; contexts are left out."""
    if depth > _DEPTH_LIMIT:
        return None
    if isinstance(value, list):
        return [_plain(part, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        _PREFIX.sub("", key): _plain(part, depth + 1)
        for key, part in value.items()
        if key != "@context"
    }


def _datasets(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEPTH_LIMIT:
        return
    for part in listed(value):
        if isinstance(part, dict):
            if "Dataset" in types_of(part):
                yield part
            else:
                for container in _CONTAINERS:
                    yield from _datasets(part.get(container), depth + 1)
        elif isinstance(part, list):
            yield from _datasets(part, depth + 1)


def types_of(node: dict[str, Any]) -> set[str]:
    """The types of a node, without prefixes."""
    return {_PREFIX.sub("", kind) for kind in listed(node.get("@type")) if isinstance(kind, str)}


def _index(plain: Any) -> dict[str, dict[str, Any]]:
    """Nodes of a graph that others refer to by `@id`."""
    graph = plain.get("@graph") if isinstance(plain, dict) else plain
    nodes = [node for node in listed(graph) if isinstance(node, dict) and len(node) > 1]
    return {node["@id"]: node for node in nodes[:_NODES_LIMIT] if isinstance(node.get("@id"), str)}


def _joined(dataset: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The dataset with its distributions and people in place of references to them."""

    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(part) for part in value]
        if isinstance(value, dict) and set(value) == {"@id"} and isinstance(value["@id"], str):
            return nodes.get(value["@id"], value)
        return value

    return {name: resolved(value) for name, value in dataset.items()}
