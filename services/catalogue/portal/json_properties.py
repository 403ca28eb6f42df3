"""The properties that a JSON Schema names, nested ones by their path.

A reader wants what may stand in a document, not how the schema is put together: references
within the schema are followed, what `allOf` adds is taken together, and of `anyOf` and `oneOf`
every alternative is told, none of them required.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

MOST = 400
"""Properties that are told at most: a page of some 100 KB before it is packed."""
_DEEPEST = 12
_MOST_STEPS = 20_000
_FORMATS = {"date": "date", "date-time": "datetime", "time": "time"}

Words = Mapping[str, Any]


@dataclass(frozen=True)
class Property:
    """A property. `path` is as in `marches.marche[].acheteur.id`, `[]` for each of a list.

    `words` are the keywords that hold for it, or for each element of a list of plain values.
    """

    path: str
    required: bool
    types: tuple[str, ...]
    element_types: tuple[str, ...]
    words: Words


@dataclass(frozen=True)
class Properties:
    """`cut`: there are more than `MOST`. `elsewhere`: addresses of schemas referred to."""

    listed: tuple[Property, ...]
    cut: bool
    elsewhere: tuple[str, ...]


def properties_of(root: Words) -> Properties:
    """Those of a schema, in its order, each path once; what is malformed is passed over."""
    reading = _Reading(root)
    found: dict[str, Property] = {}
    cut = False
    for one in reading.inside(reading.together(root, frozenset()), ""):
        if len(found) == MOST:
            cut = True
            break
        found.setdefault(one.path, one)
    return Properties(
        tuple(found.values()), cut or not reading.steps, tuple(dict.fromkeys(reading.elsewhere))
    )


@dataclass(frozen=True)
class _Whole:
    """A schema with what it refers to; `behind` are the references followed to get there."""

    words: Words
    behind: frozenset[str]


class _Reading:
    def __init__(self, root: Words) -> None:
        self._root = root
        self.steps = _MOST_STEPS
        """Left of those that a schema may take: one that doubles with each reference ends."""
        self.elsewhere: list[str] = []

    def together(self, given: Any, behind: frozenset[str]) -> _Whole:
        """The schema with its references and `allOf` in one; its own words come first."""
        if not isinstance(given, Mapping) or not self.steps:
            return _Whole({}, behind)
        self.steps -= 1
        words = {name: value for name, value in given.items() if name not in {"$ref", "allOf"}}
        for part in self._parts(given, behind):
            words = _joined(words, part.words)
            behind |= part.behind
        return _Whole(words, behind)

    def _parts(self, given: Words, behind: frozenset[str]) -> Iterator[_Whole]:
        reference = given.get("$ref")
        if isinstance(reference, str) and reference not in behind:
            yield self.together(self._cited(reference), behind | {reference})
        for part in _listed(given.get("allOf")):
            yield self.together(part, behind)

    def _cited(self, reference: str) -> Any:
        if not reference.startswith("#"):
            self.elsewhere.append(reference)
            return None
        found: Any = self._root
        for step in reference[1:].split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, Mapping) else None
        return found

    def inside(self, whole: _Whole, path: str) -> Iterator[Property]:
        """The properties below a schema, each followed by those below it."""
        if path.count(".") + path.count("[]") >= _DEEPEST:
            return
        if "items" in whole.words:
            yield from self.inside(self._elements(whole), f"{path}[]")
        required = _listed(whole.words.get("required"))
        for name, given in _members(whole.words):
            child = self.together(given, whole.behind)
            here = f"{path}.{name}" if path else name
            yield self._property(here, child, required=name in required)
            yield from self.inside(child, here)
        for branch in _alternatives(whole.words):
            found = self.together(branch, whole.behind)
            words = {name: value for name, value in found.words.items() if name != "required"}
            yield from self.inside(_Whole(words, found.behind), path)

    def _elements(self, whole: _Whole) -> _Whole:
        return self.together(whole.words.get("items"), whole.behind)

    def _property(self, path: str, whole: _Whole, *, required: bool) -> Property:
        types = self._types(whole)
        if types != ("array",):
            return Property(path, required, types, (), _with_constant(whole.words))
        elements = self._elements(whole)
        plain = {**_with_constant(elements.words), **_told(whole.words)}
        return Property(path, required, types, self._types(elements), plain)

    def _types(self, whole: _Whole) -> tuple[str, ...]:
        """What it may be, in the words of Table Schema: a dated text is a date."""
        words = whole.words
        given = words.get("type")
        types = [given] if isinstance(given, str) else [str(one) for one in _listed(given)]
        if not types:
            for branch in _alternatives(words):
                types += self._types(self.together(branch, whole.behind))
        if not types:
            types = _implied(words)
        shown = _FORMATS.get(str(words.get("format")), "string")
        named = (shown if one == "string" else one for one in types if one != "null")
        return tuple(dict.fromkeys(named))


def _joined(words: Words, more: Words) -> dict[str, Any]:
    joined = {**more, **words}
    if isinstance(more.get("properties"), dict) and isinstance(words.get("properties"), dict):
        joined["properties"] = {**more["properties"], **words["properties"]}
    joined["required"] = [*_listed(more.get("required")), *_listed(words.get("required"))]
    return joined


def _implied(words: Words) -> list[str]:
    if "properties" in words:
        return ["object"]
    if "items" in words:
        return ["array"]
    choices = _listed(words.get("enum")) or [words.get("const")]
    return ["string"] if all(isinstance(choice, str) for choice in choices) else []


def _with_constant(words: Words) -> Words:
    return {**words, "enum": [words["const"]]} if "const" in words else words


def _told(words: Words) -> dict[str, Any]:
    return {n: words[n] for n in ("title", "description", "example", "examples") if n in words}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _alternatives(words: Words) -> list[Any]:
    return [*_listed(words.get("anyOf")), *_listed(words.get("oneOf"))]


def _members(words: Words) -> Iterator[tuple[str, Any]]:
    """Properties by name; `*` for those whose names are free."""
    named = words.get("properties")
    if isinstance(named, Mapping):
        yield from named.items()
    free = words.get("patternProperties")
    for given in (
        *(free.values() if isinstance(free, Mapping) else ()),
        words.get("additionalProperties"),
    ):
        if isinstance(given, Mapping):
            yield "*", given
