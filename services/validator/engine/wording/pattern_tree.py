"""What a regular expression asks for, as a small tree that can be said in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from re import _constants as op  # type: ignore[attr-defined]
from typing import Any

from services.validator.engine.wording.pattern_items import (
    END,
    START,
    Item,
    Unsayable,
    bare,
    is_private,
    items_of,
    values_of,
)

_KNOWN = {
    "insee": (r"([013-9]\d|2[AB1-9])\d{3}", r"\d[AB\d]\d{3}"),
    "date": (r"[0-9]{4}\-[0-9]{2}\-[0-9]{2}", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"\d{4}-\d{2}-\d{2}"),
    "web": ("https?://", "http[s]?://", "(https?)://", "(https?://)"),
}
_SIGNS = {name: chr(0xE000 + place) for place, name in enumerate(_KNOWN)}
"""A well-known part of a pattern is read as one letter that stands for it."""
_NAMES = {sign: name for name, sign in _SIGNS.items()}
_FEW = 6
_WHOLE_RANGES = {
    ("0", "9"): {"digit"},
    ("A", "Z"): {"upper"},
    ("a", "z"): {"lower"},
    ("A", "z"): {"upper", "lower"},
}
_CATEGORIES = {
    op.CATEGORY_DIGIT: {"digit"},
    op.CATEGORY_SPACE: {"space"},
    op.CATEGORY_WORD: {"upper", "lower", "accent", "digit"},
}


@dataclass(frozen=True)
class Text:
    """These very letters."""

    text: str


@dataclass(frozen=True)
class Known:
    """A part everyone knows: `insee`, `date`, `web` (http:// or https://)."""

    name: str


@dataclass(frozen=True)
class Letters:
    """`least` to `most` (None: any number) characters of some kinds.

    `kinds`: `digit`, `upper`, `lower`, `accent`, `space`, or `any`; beside them `others`, and
    `ranges` such as 1–9. `but`: all characters except these.
    """

    kinds: frozenset[str]
    others: str = ""
    ranges: tuple[tuple[str, str], ...] = ()
    but: bool = False
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True)
class OneOf:
    """One of a few texts."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Maybe:
    """What may be left out."""

    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Either:
    """One of several ways to go on."""

    ways: tuple[tuple["Part", ...], ...]


@dataclass(frozen=True)
class Several:
    """The same once or more, with a separator between."""

    parts: tuple["Part", ...]
    separator: str


Part = Text | Known | Letters | OneOf | Maybe | Either | Several


@lru_cache(maxsize=1024)
def read(pattern: str) -> tuple[Part, ...] | None:
    """The parts of a pattern one after the other; None where words would not make it clearer."""
    for name, texts in _KNOWN.items():
        for text in texts:
            pattern = pattern.replace(text, _SIGNS[name])
    try:
        return _parts(items_of(pattern))
    except Unsayable:
        return None


def _parts(items: tuple[Item, ...]) -> tuple[Part, ...]:
    if (listed := _listed(items)) is not None:
        return listed
    values = values_of(items)
    if values is not None and len(values) > 1:
        return (OneOf(values),)
    parts: list[Part] = []
    for together, run in groupby(items, _is_fixed):
        fixed = tuple(run)
        values = values_of(fixed) if together else None
        if values and len(values) > 1:
            parts.append(OneOf(values))
            continue
        for part in map(_part, fixed):
            joined = _joined(parts[-1], part) if parts else None
            parts[-1:] = [joined] if joined else [*parts[-1:], part]
    return tuple(parts)


def _is_fixed(item: Item) -> bool:
    """Letters and choices of letters, which read best as the texts they make together."""
    return item[0] in {"letter", "ways"} and values_of((item,)) is not None


def _joined(before: Part, part: Part) -> Part | None:
    if isinstance(before, Text) and isinstance(part, Text):
        return Text(before.text + part.text)
    if isinstance(before, Letters) and isinstance(part, Letters):
        alike = replace(before, least=1, most=1) == replace(part, least=1, most=1)
        if alike and before.most is not None and part.most is not None:
            return replace(before, least=before.least + part.least, most=before.most + part.most)
    return None


def _part(item: Item) -> Part:
    kind = item[0]
    if kind == "letter":
        return Known(_NAMES[item[1]]) if item[1] in _NAMES else Text(item[1])
    if kind == "any":
        return Letters(frozenset({"any"}))
    if kind == "set":
        values = values_of((item,))
        return OneOf(values) if values and len(values) <= _FEW else _letters(item[1])
    if kind == "ways":
        return _either([bare(way) for way in item[1]])
    if kind == "repeat":
        return _repeated(*item[1:])
    raise Unsayable(kind)


def _repeated(least: int, most: int | None, items: tuple[Item, ...]) -> Part:
    if (least, most) == (0, 1) and not (len(items) == 1 and items[0][0] in {"set", "any"}):
        return Maybe(_parts(items))
    parts = tuple(_letters(item[1]) if item[0] == "set" else _part(item) for item in items)
    whole = parts[0]
    for part in parts[1:]:
        joined = _joined(whole, part)
        if joined is None:
            raise Unsayable("a part that comes again")
        whole = joined
    if not isinstance(whole, Letters) or whole.least != whole.most:
        raise Unsayable("a part that comes again")
    return replace(
        whole, least=whole.least * least, most=None if most is None else whole.least * most
    )


def _either(ways: Sequence[tuple[Item, ...]]) -> Part:
    values = values_of((("ways", tuple(ways)),))
    if values is not None and "" not in values:
        return OneOf(values)
    full = [_parts(way) for way in ways if way]
    whole = full[0] if len(full) == 1 else (Either(tuple(full)),)
    if len(full) < len(ways):
        return Maybe(whole)
    return Either(tuple(full))


def _letters(members: Sequence[tuple[Any, Any]]) -> Letters:
    kinds: set[str] = set()
    others, ranges = "", []
    for kind, value in members:
        if kind is op.CATEGORY and value in _CATEGORIES:
            kinds |= _CATEGORIES[value]
        elif kind is op.RANGE:
            ends = chr(value[0]), chr(value[1])
            named = _kinds_between(*ends)
            kinds |= named
            ranges += [] if named else [ends]
        elif kind is op.LITERAL and not is_private(chr(value)):
            named = _kinds_of(chr(value))
            kinds |= named
            others += "" if named or chr(value) in others else chr(value)
        elif kind is not op.NEGATE:
            raise Unsayable(kind)
    but = any(kind is op.NEGATE for kind, _ in members)
    return Letters(frozenset(kinds), others, tuple(ranges), but)


def _kinds_of(letter: str) -> set[str]:
    """Of a letter that is told by its kind; a sign or a plain letter is told itself."""
    if letter.isspace():
        return {"space"}
    return {"accent"} if letter.isalpha() and letter >= "À" else set()


def _kinds_between(first: str, last: str) -> set[str]:
    """Of a range that is told by its kind; others are told by their ends."""
    if whole := _WHOLE_RANGES.get((first, last)):
        return whole
    if first >= "À" and not is_private(last):
        return {"accent"}
    ends = first + last
    alike = ends.isalpha() and first.isupper() == last.isupper()
    if not ends.isascii() or not (ends.isdigit() or alike):
        raise Unsayable("an odd range")
    return set()


def _listed(items: tuple[Item, ...]) -> tuple[Part, ...] | None:
    """`A(,A)*` and `((^|,)A)+`: the two ways in which schemas write a list.

    Where an anchor in `A` forbids a second value by mistake, only a single one is told.
    """
    if len(items) == 1 and items[0][0] == "repeat" and items[0][1:3] == (1, None):
        first, *rest = items[0][3]
        if rest and first[0] == "ways" and len(first[1]) == 2 and first[1][0] == (START,):
            separator, inner = _separator(first[1][1]), _parts(tuple(rest))
            if not separator:
                return None
            return inner if _has_anchor(tuple(rest)) else (Several(inner, separator),)
    if len(items) > 1 and items[-1][0] == "repeat" and items[-1][1:3] == (0, None):
        separator, again = _separator(items[-1][3][:1]), items[-1][3][1:]
        if separator and again == items[:-1]:
            return (Several(_parts(again), separator),)
    return None


def _has_anchor(items: tuple[Item, ...]) -> bool:
    return any(
        item in {START, END} or (item[0] == "ways" and any(map(_has_anchor, item[1])))
        for item in items
    )


def _separator(items: tuple[Item, ...]) -> str:
    """The letters between two values; a space that may follow is not told."""
    letters = [item for item in items if item[0] != "repeat"]
    return "".join(item[1] for item in letters) if all(i[0] == "letter" for i in letters) else ""
