"""The names by which a JSON Schema is recognised: those of the objects that it lists."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_DEPTH = 8
_FEATURE = frozenset({"type", "id", "bbox", "geometry", "properties"})
_CHOICES = ("allOf", "anyOf", "oneOf")


@dataclass
class ObjectNames:
    """Properties of one kind of object, in order, and those that it must have."""

    names: dict[str, None] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)


def object_names(descriptor: Mapping[str, Any]) -> list[ObjectNames]:
    """One for each kind of object in a list; of a schema without lists, the root's.

    Of GeoJSON features the `properties` are meant. References into the document are followed.
    """
    found = [_described(descriptor, item) for item in _items(descriptor, descriptor, _DEPTH)]
    listed = [each for each in found if each.names]
    if listed:
        return listed
    root = _described(descriptor, descriptor)
    return [root] if root.names else []


def _items(document: Any, node: Any, depth: int) -> Iterator[Any]:
    """The kinds of objects in the lists that lie nearest to the root."""
    node = _resolved(document, node)
    if not depth or not isinstance(node, Mapping):
        return
    item = _resolved(document, node.get("items"))
    if isinstance(item, Mapping):
        yield from _kinds(document, item)
        return
    for name in _CHOICES:
        for part in _list(node.get(name)):
            yield from _items(document, part, depth - 1)
    for child in _mapping(node.get("properties")).values():
        yield from _items(document, child, depth - 1)


def _kinds(document: Any, item: Mapping[str, Any]) -> Iterator[Any]:
    """An item that may be one of several objects is several kinds."""
    choices = [*_list(item.get("anyOf")), *_list(item.get("oneOf"))]
    if choices and "properties" not in item:
        for choice in choices:
            yield _feature(document, _resolved(document, choice))
    else:
        yield _feature(document, item)


def _feature(document: Any, item: Any) -> Any:
    """The properties of a GeoJSON feature, whose own say nothing."""
    for part in (item, *_list(_mapping(item).get("allOf"))):
        own = _mapping(_mapping(_resolved(document, part)).get("properties"))
        if "properties" in own and own.keys() <= _FEATURE:
            return _resolved(document, own["properties"])
    return item


def _described(document: Any, node: Any, depth: int = _DEPTH) -> ObjectNames:
    found = ObjectNames()
    node = _resolved(document, node)
    if not depth or not isinstance(node, Mapping):
        return found
    found.names.update(dict.fromkeys(_mapping(node.get("properties"))))
    found.required.update(name for name in _list(node.get("required")) if isinstance(name, str))
    for part in _list(node.get("allOf")):
        inner = _described(document, part, depth - 1)
        found.names.update(inner.names)
        found.required |= inner.required
    found.required &= found.names.keys()
    return found


def _resolved(document: Any, node: Any) -> Any:
    """What a reference into the document points to; each step counts, so that none is endless."""
    for _ in range(_DEPTH):
        reference = node.get("$ref") if isinstance(node, Mapping) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return node
        node = document
        for part in reference[2:].split("/"):
            node = node.get(part) if isinstance(node, Mapping) else None
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
