"""Where a JSON document keeps its objects: the rows of what an agent calls the table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

_NAMES = ("id", "uid", "identifiant", "ID", "Id")
_DEPTH = 4
_ASIDE = frozenset({"$schema"})


@dataclass(frozen=True)
class Place:
    """`number` from 1 in the list `of`; both None in a document that is one object.

    `inside` is the path within the object, written as people write it: acheteur.id.
    """

    number: int | None
    of: str
    identifier: str
    inside: str
    object_path: Path


class Objects:
    """The lists of objects of a document, found once."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._lists = tuple(_lists(document, (), _DEPTH))

    def count(self) -> int:
        """How many objects there are; a document without a list of them is one."""
        if not self._lists:
            return 1
        return sum(len(_at(self._document, path)) for path in self._lists)

    def place(self, path: Sequence[str | int]) -> Place:
        """Which object a path lies in."""
        whole = tuple(path)
        for base in self._lists:
            if whole[: len(base)] == base and len(whole) > len(base):
                index = whole[len(base)]
                if isinstance(index, int):
                    at = (*base, index)
                    return Place(
                        index + 1, dotted(base), _identifier(_at(self._document, at)),
                        dotted(whole[len(at) :]), at,
                    )  # fmt: skip
        return Place(None, "", _identifier(self._document), dotted(whole), ())


def pointer(path: Sequence[str | int]) -> str:
    """RFC 6901."""
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)


def dotted(path: Sequence[str | int]) -> str:
    """titulaires[0].titulaire.id."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _at(document: Any, path: Path) -> Any:
    for part in path:
        document = document[part]
    return document


def _lists(node: Any, path: Path, depth: int) -> Iterator[Path]:
    """Lists of objects below objects that hold nothing else (GeoJSON's collection excepted)."""
    if _is_list_of_objects(node):
        yield path
    elif isinstance(node, dict) and depth:
        if node.get("type") == "FeatureCollection" and _is_list_of_objects(node.get("features")):
            yield (*path, "features")
            return
        parts = {name: value for name, value in node.items() if name not in _ASIDE}
        found = {name: [*_lists(value, (*path, name), depth - 1)] for name, value in parts.items()}
        if all(found[name] or value == [] for name, value in parts.items()):
            yield from (below for paths in found.values() for below in paths)


def _is_list_of_objects(node: Any) -> bool:
    return isinstance(node, list) and bool(node) and all(isinstance(item, dict) for item in node)


def _identifier(node: Any) -> str:
    if isinstance(node, dict):
        for holder in (node, node.get("properties")):
            for name in _NAMES:
                if isinstance(holder, dict) and isinstance(holder.get(name), str | int):
                    return str(holder[name])[:80]
    return ""
