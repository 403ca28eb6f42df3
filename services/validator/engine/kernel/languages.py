"""What is surely valid in a field, as an automaton and a few measures, from its description.

A candidate text (a choice, a missing value, a boolean) is taken only when the field's own
judge takes it. Everything else is a lexical form narrower than what the exact reader reads.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from services.validator.engine.cells import Judge
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import (
    Automaton,
    Unsupported,
    both,
    literals,
    overlaid,
)
from services.validator.engine.kernel.pattern import compile_language
from services.validator.engine.schema import FieldSpec
from services.validator.engine.values import compile_reader
from services.validator.engine.values.texts import boolean_texts

_MAX_CHOICES = 2_000
_MAX_DIGITS, _MAX_BOUND = 24, 10**18
_DAY_31, _DAY_30, _DAY_28 = (
    "(?:0[1-9]|[12][0-9]|3[01])",
    "(?:0[1-9]|[12][0-9]|30)",
    "(?:0[1-9]|1[0-9]|2[0-8])",
)
_MONTH_31, _MONTH_30 = "(?:0[13578]|1[02])", "(?:0[469]|11)"
_YEAR = "[1-9][0-9]{3}"
_DATE = f"{_YEAR}-(?:{_MONTH_31}-{_DAY_31}|{_MONTH_30}-{_DAY_30}|02-{_DAY_28})"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_DEGREES = r"(?:\.[0-9]{1,20})?"
_FORMS = {
    "integer": "[+-]?[0-9]{1,18}",
    "date": _DATE,
    "datetime": f"{_DATE}T{_CLOCK}{_ZONE}",
    "time": f"{_CLOCK}{_ZONE}",
    "year": _YEAR,
    "yearmonth": "[0-9]{4}-(?:0[1-9]|1[0-2])",
    "geopoint": f"-?(?:1[0-7][0-9]|[0-9]{{1,2}}){_DEGREES}, ?-?(?:[0-8]?[0-9]){_DEGREES}",
}
_STRINGS = {
    "email": (
        r"[A-Za-z0-9_+-]{1,15}(?:\.[A-Za-z0-9_+-]{1,15}){0,2}"
        r"@(?:[A-Za-z0-9]{1,15}(?:-[A-Za-z0-9]{1,15}){0,2}\.){1,3}[A-Za-z]{2,6}"
    ),
    "uri": r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?:/[A-Za-z0-9/._~%?=&+#,;:@!$'()*-]*)?",
    "uuid": "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
}
_PLAIN_STRINGS = frozenset({"binary", *_STRINGS})
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_LENGTHS = ("minLength", "maxLength")
_KNOWN_CONSTRAINTS = frozenset({"required", "unique", "pattern", "enum", *_BOUNDS, *_LENGTHS})
_SAFE_GROUPS = frozenset(" \t'_\u00a0\u202f\u2009")
_NUMERIC = frozenset({"integer", "number", "year"})
_DIRECTIVES = re.compile(r"%d(?P<a>[/.\- ])%m(?P=a)%Y")

NOT_BLANK = "(?:[^\\S]|\\S)*\\S(?:[^\\S]|\\S)*"


@dataclass(frozen=True)
class Measures:
    """What the kernel checks beside the automaton; bounds are in millionths, or in digits.

    `luhn` is the number of digits of which the last one is their key.
    """

    least: int = 0
    most: int = at.NO_LENGTH
    value: int = at.UNKNOWN
    point: int = ord(".")
    low: int | None = None
    high: int | None = None
    luhn: int = 0

    @property
    def needed(self) -> bool:
        """Whether the automaton alone does not decide."""
        return self.luhn > 0 or self.bounded or self.least > 0 or self.most < at.NO_LENGTH

    @property
    def bounded(self) -> bool:
        """Whether the value has a bound."""
        return self.low is not None or self.high is not None


@dataclass(frozen=True)
class Language:
    """`automaton` is None when any text that is not missing will do, its length aside."""

    automaton: Automaton | None
    measures: Measures


def describe(spec: FieldSpec) -> Language:
    """What every filled cell of the field may be. Raises `Unsupported`."""
    if spec.item is not None or spec.type == "boolean" or "enum" in spec.constraints:
        raise Unsupported("described by its choices, or not at all")
    if not set(spec.constraints) <= _KNOWN_CONSTRAINTS:
        raise Unsupported("a constraint that the kernel does not know")
    parts: list[Automaton] = []
    if (form := _form(spec)) is not None:
        parts.append(compile_language(form))
    if "pattern" in spec.constraints:
        parts.append(compile_language(spec.constraints["pattern"]))
    measures = _measures(spec)
    if not parts:
        return Language(None, measures)
    automaton = compile_language(NOT_BLANK)
    for part in parts:
        automaton = both(part, automaton)
    return Language(automaton, measures)


def choices(spec: FieldSpec) -> list[str] | None:
    """The texts among which the field chooses; None when it does not choose."""
    texts: list[str]
    if "enum" in spec.constraints:
        texts = [str(raw) for raw in spec.constraints["enum"]]
    elif spec.type == "boolean":
        true, false = boolean_texts(spec)
        texts = [*true, *false]
    else:
        return None
    if len(texts) > _MAX_CHOICES:
        raise Unsupported("too many choices")
    return list(dict.fromkeys([*texts, *map(str.strip, texts)]))


def with_missing(filled: Automaton, missing: Iterable[str], judge: Judge) -> Automaton:
    """The language, with what the field takes for a missing value."""
    marks = {}
    for text in missing:
        cell = judge(text)
        marks[text] = at.BLANK if cell.blank and not cell.problems else _NO
    marked = overlaid(literals({text: mark for text, mark in marks.items() if text}), filled)
    verdicts = tuple(at.SUSPECT if said == _NO else said for said in marked.accepts)
    return replace(marked, accepts=verdicts)


_NO = 3
"""Among the marks only: a suspect, whatever else would accept it."""


def chosen(texts: Iterable[str], judge: Judge, accepts: Callable[[str], bool]) -> Automaton:
    """The texts that the field and the rules of the column accept."""
    kept = {}
    for text in texts:
        cell = judge(text)
        if text and not cell.blank and not cell.problems and accepts(text):
            kept[text] = at.FILLED
    return literals(kept)


def _form(spec: FieldSpec) -> str | None:
    if spec.type == "any":
        return None
    if spec.type == "string":
        if spec.format in _PLAIN_STRINGS and spec.format not in _STRINGS:
            raise Unsupported(spec.format)
        return _STRINGS.get(spec.format)
    if spec.type in {"number", "integer"}:
        return _number_form(spec)
    if spec.format != "default" and spec.type not in {"year", "yearmonth"}:
        return _dated(spec)
    if spec.type not in _FORMS:
        raise Unsupported(spec.type)
    return _FORMS[spec.type]


def _dated(spec: FieldSpec) -> str:
    if spec.type == "date" and spec.format == "%Y-%m-%d":
        return _DATE
    match = _DIRECTIVES.fullmatch(spec.format)
    if spec.type != "date" or match is None:
        raise Unsupported(spec.format)
    mark = re.escape(match["a"])
    months = ((_DAY_31, _MONTH_31), (_DAY_30, _MONTH_30), (_DAY_28, "02"))
    return f"(?:{'|'.join(f'{day}{mark}{month}' for day, month in months)}){mark}{_YEAR}"


def _number_form(spec: FieldSpec) -> str:
    group = spec.options.get("groupChar")
    if isinstance(group, str) and not set(group) <= _SAFE_GROUPS:
        raise Unsupported("groupChar")
    if spec.type == "integer":
        return _FORMS["integer"]
    point = _point(spec)
    mark = re.escape(point)
    return f"[+-]?(?:[0-9]{{1,15}}(?:{mark}[0-9]{{0,15}})?|{mark}[0-9]{{1,15}})"


def _point(spec: FieldSpec) -> str:
    point = spec.options.get("decimalChar")
    if not isinstance(point, str) or not point:
        return "."
    if point not in {".", ","}:
        raise Unsupported("decimalChar")
    return point


def _measures(spec: FieldSpec) -> Measures:
    given = spec.constraints
    lengths = {name: given[name] for name in _LENGTHS if name in given}
    bounds = {name: given[name] for name in _BOUNDS if name in given}
    if lengths and spec.type not in {"string", "any"}:
        raise Unsupported("length of a value")
    kind = value_kind(spec)
    if bounds and kind == at.UNKNOWN:
        raise Unsupported("bounds of a type without a number")
    low, high = _bounds(spec, bounds, kind)
    return Measures(
        least=lengths.get("minLength", 0),
        most=lengths.get("maxLength", at.NO_LENGTH),
        value=kind,
        point=ord(_point(spec)) if spec.type == "number" else 0,
        low=low,
        high=high,
    )


def value_kind(spec: FieldSpec) -> int:
    """How the values of a field can be kept as a word."""
    if spec.type in _NUMERIC:
        return at.NUMBER
    iso = spec.type == "date" and spec.format in {"default", "%Y-%m-%d"}
    return at.DATE if iso else at.UNKNOWN


def _bounds(spec: FieldSpec, bounds: Mapping[str, Any], kind: int) -> tuple[int | None, int | None]:
    read = compile_reader(spec)
    lows, highs = [], []
    for name, raw in bounds.items():
        limit = read(str(raw))
        if limit is None:
            raise Unsupported(name)
        if kind == at.DATE:
            exact = Decimal(limit.year * 10_000 + limit.month * 100 + limit.day)
        else:
            exact = Decimal(limit) * at.SCALE
        if len(exact.as_tuple().digits) > _MAX_DIGITS or abs(exact) > _MAX_BOUND:
            raise Unsupported(name)
        if name == "minimum":
            lows.append(math.ceil(exact))
        elif name == "exclusiveMinimum":
            lows.append(math.floor(exact) + 1)
        elif name == "maximum":
            highs.append(math.floor(exact))
        else:
            highs.append(math.ceil(exact) - 1)
    return max(lows, default=None), min(highs, default=None)


__all__ = ["Language", "Measures", "choices", "chosen", "describe", "with_missing"]
