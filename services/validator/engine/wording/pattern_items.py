"""The tree of Python's own parser of regular expressions, made plain.

Groups that only hold things together are taken away, so that two patterns that say the same
compare equal. What words would not make clearer – look-around, references to what came before,
flags – raises `Unsayable`.
"""

import re
from collections.abc import Callable, Mapping
from itertools import product
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Item = tuple[Any, ...]
"""`("letter", "a")`, `("set", members)`, `("any",)`, `("ways", (items, …))`,
`("repeat", least, most or None, items)`, or one of the two anchors."""

START: Item = ("start",)
END: Item = ("end",)
_MAX_VALUES = 80
_PRIVATE = range(0xE000, 0xF900)
_ANCHORS = {
    op.AT_BEGINNING: START,
    op.AT_BEGINNING_STRING: START,
    op.AT_END: END,
    op.AT_END_STRING: END,
}


class Unsayable(Exception):
    """Words would not make it clearer."""


def items_of(pattern: str) -> tuple[Item, ...]:
    """The items of a whole pattern, without anchors at its ends. Raises `Unsayable`."""
    try:
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise Unsayable(pattern) from error
    if tree.state.flags & ~re.UNICODE:
        raise Unsayable("flags")
    return bare(_items(tree))


def bare(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Without the anchors at its edges: the whole text is matched anyway."""
    while items and items[0] == START:
        items = items[1:]
    while items and items[-1] == END:
        items = items[:-1]
    return items


def values_of(items: tuple[Item, ...]) -> tuple[str, ...] | None:
    """All texts that match, when they are few and none is a mere range of letters."""
    found = [""]
    for item in items:
        more = _values_of(item)
        if more is None or len(found) * len(more) > _MAX_VALUES:
            return None
        found = [before + after for before, after in product(found, more)]
    return tuple(dict.fromkeys(found))


def is_private(letter: str) -> bool:
    """Whether it stands for a well-known part of a pattern."""
    return ord(letter) in _PRIVATE


def _items(tree: Any) -> tuple[Item, ...]:
    found: list[Item] = []
    for kind, value in tree:
        if kind not in _READERS:
            raise Unsayable(kind)
        found.extend(_READERS[kind](value))
    return tuple(found)


def _group(value: Any) -> tuple[Item, ...]:
    _, flags, no_flags, inner = value
    if flags or no_flags:
        raise Unsayable("flags")
    return _items(inner)


def _repeat(value: Any) -> tuple[Item, ...]:
    least, most, inner = value
    items = _items(inner)
    if (least, most) == (1, 1):
        return items
    return (("repeat", least, None if most is op.MAXREPEAT else most, items),)


def _anchor(value: Any) -> tuple[Item, ...]:
    if value not in _ANCHORS:
        raise Unsayable("an anchor")
    return (_ANCHORS[value],)


_READERS: Mapping[Any, Callable[[Any], tuple[Item, ...]]] = {
    op.SUBPATTERN: _group,
    op.MAX_REPEAT: _repeat,
    op.MIN_REPEAT: _repeat,
    op.AT: _anchor,
    op.BRANCH: lambda value: (("ways", tuple(_items(way) for way in value[1])),),
    op.LITERAL: lambda value: (("letter", chr(value)),),
    op.NOT_LITERAL: lambda value: (("set", ((op.NEGATE, None), (op.LITERAL, value))),),
    op.IN: lambda value: (("set", tuple(value)),),
    op.ANY: lambda _: (("any",),),
}


def _values_of(item: Item) -> list[str] | None:
    kind = item[0]
    found: list[str] | None = None
    if kind == "letter" and not is_private(item[1]):
        found = [item[1]]
    elif kind == "set" and all(each[0] is op.LITERAL for each in item[1]):
        letters = [chr(value) for _, value in item[1]]
        found = letters if all(letter.isalnum() for letter in letters) else None
    elif kind == "ways":
        ways = [values_of(bare(way)) for way in item[1]]
        found = None if None in ways else [text for way in ways for text in way or ()]
    elif kind == "repeat" and item[1:3] == (0, 1):
        inner = values_of(item[3])
        found = None if inner is None else ["", *inner]
    return found
