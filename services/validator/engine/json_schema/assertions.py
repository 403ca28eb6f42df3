"""Keywords of JSON Schema that look at one value: each compiled to a judge, by its kind.

Meaning: JSON Schema Validation, drafts 4 to 2020-12. Patterns run by RE2; formats are read as the
cells of tables are (`keywords.py`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.validator.engine.json_schema.fault import NONE, Fault, Faults, Judge
from services.validator.engine.json_schema.keywords import canonical, format_tests, searcher

TEXT, WHOLE, REAL, BOOLEAN, LIST, OBJECT, NULL = (
    str, int, float, bool, list, dict, type(None),
)  # fmt: skip
EVERY = (TEXT, WHOLE, REAL, BOOLEAN, LIST, OBJECT, NULL)
NUMBERS = (WHOLE, REAL)

Assertion = tuple[tuple[type, ...], Judge]
"""The kinds of values that a judge is for, and the judge."""

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (TEXT,), "number": NUMBERS, "integer": (WHOLE, REAL), "boolean": (BOOLEAN,),
    "array": (LIST,), "object": (OBJECT,), "null": (NULL,),
}  # fmt: skip


def assertion(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion | None:
    """None for what is no such keyword, or asks nothing."""
    compiler = _COMPILERS.get(keyword)
    return None if compiler is None else compiler(keyword, wanted, schema)


Compiler = Callable[[str, Any, Mapping[str, Any]], Assertion | None]


def _test(
    kinds: tuple[type, ...],
    keyword: str,
    wanted: Any,
    schema: Mapping[str, Any],
    holds: Callable[[Any], bool],
) -> Assertion:
    def judge(value: Any) -> Faults:
        return NONE if holds(value) else (Fault(keyword, value, wanted, schema),)

    return kinds, judge


def type_of(wanted: Any, schema: Mapping[str, Any], *, fractions: bool = True) -> Assertion:
    """`type`. Without `fractions`, as draft 4 has it, 1.0 is no integer."""
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    allowed = {kind for name in names for kind in _KINDS.get(name, ())}
    only_whole = "integer" in names and "number" not in names
    if only_whole and not fractions:
        allowed.discard(REAL)

    def holds(value: Any) -> bool:
        return type(value) in allowed and not (
            only_whole and type(value) is REAL and not value.is_integer()
        )

    kinds = tuple(kind for kind in EVERY if kind not in allowed or (only_whole and kind is REAL))
    return _test(kinds, "type", wanted, schema, holds)


def _choice(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion:
    """1.0 is 1, true is not: values are compared by their canonical text."""
    choices = wanted if keyword == "enum" else [wanted]
    texts = {choice for choice in choices if isinstance(choice, str)}
    others = {canonical(choice) for choice in choices if not isinstance(choice, str)}

    def holds(value: Any) -> bool:
        return (value if type(value) is TEXT else canonical(value)) in (
            texts if type(value) is TEXT else others
        )

    return _test(EVERY, keyword, wanted, schema, holds)


def _pattern(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion:
    return _test((TEXT,), keyword, wanted, schema, searcher(wanted))


def _format(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion | None:
    test = format_tests().get(wanted) if isinstance(wanted, str) else None
    return None if test is None else _test((TEXT,), keyword, wanted, schema, test)


def _size(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion:
    kind = TEXT if "Length" in keyword else LIST if "Items" in keyword else OBJECT
    if keyword.startswith("min"):
        return _test((kind,), keyword, wanted, schema, lambda value: len(value) >= wanted)
    return _test((kind,), keyword, wanted, schema, lambda value: len(value) <= wanted)


def _bound(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion | None:
    """`exclusiveMinimum: true` beside `minimum` is how draft 4 has it."""
    if isinstance(wanted, bool):
        return None
    if keyword == "exclusiveMinimum" or (
        keyword == "minimum" and schema.get("exclusiveMinimum") is True
    ):
        return _test(NUMBERS, keyword, wanted, schema, lambda value: value > wanted)
    if keyword == "exclusiveMaximum" or (
        keyword == "maximum" and schema.get("exclusiveMaximum") is True
    ):
        return _test(NUMBERS, keyword, wanted, schema, lambda value: value < wanted)
    if keyword == "minimum":
        return _test(NUMBERS, keyword, wanted, schema, lambda value: value >= wanted)
    return _test(NUMBERS, keyword, wanted, schema, lambda value: value <= wanted)


def _multiple(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion:
    def holds(value: Any) -> bool:
        if not isinstance(wanted, float):
            return bool(value % wanted == 0)
        quotient = value / wanted
        try:
            return bool(int(quotient) == quotient)
        except OverflowError:
            return False

    return _test(NUMBERS, keyword, wanted, schema, holds)


def _required(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion | None:
    """One fault per missing property, at the object that lacks it."""
    if not isinstance(wanted, list):
        return None
    names = frozenset(wanted)

    def judge(value: Any) -> Faults:
        if names <= value.keys():
            return NONE
        return [Fault(keyword, name, wanted, schema) for name in wanted if name not in value]

    return (OBJECT,), judge


def _unique(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion | None:
    """One fault per double, at its own place; linear."""

    def judge(value: Any) -> Faults:
        first: dict[str, int] = {}
        found = []
        for index, item in enumerate(value):
            before = first.setdefault(canonical(item), index)
            if before != index:
                found.append(Fault(keyword, before + 1, wanted, schema, [index]))
        return found

    return ((LIST,), judge) if wanted else None


def _needed_beside(keyword: str, wanted: Any, schema: Mapping[str, Any]) -> Assertion:
    """`dependentRequired`: properties that others need."""

    def judge(value: Any) -> Faults:
        return [
            Fault(keyword, value, wanted, schema)
            for given, needed in wanted.items()
            if given in value
            for name in needed
            if name not in value
        ]

    return (OBJECT,), judge


_COMPILERS: Mapping[str, Compiler] = {
    "enum": _choice, "const": _choice, "pattern": _pattern, "format": _format,
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), _size
    ),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _bound),
    "multipleOf": _multiple, "required": _required, "uniqueItems": _unique,
    "dependentRequired": _needed_beside,
}  # fmt: skip
