"""One field's judgement of one text: its value, or what is wrong with it.

Compiled once per column; each distinct text is judged once while the memory of the column
has room.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from services.validator.engine.constraints import Constraint, compile_constraints
from services.validator.engine.schema import FieldSpec
from services.validator.engine.suggest import Suggest, compile_seek, sparing
from services.validator.engine.values import compile_reader

REMEMBERED = 20_000
"""Distinct texts that a column remembers."""

MEMORABLE = 200
"""Characters of the longest text that is remembered."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding without its place."""

    code: str
    reason: str
    params: Mapping[str, Any] = field(default_factory=dict)
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A judged text. `value` is None when `blank` or when the type is wrong."""

    text: str
    value: Any
    blank: bool
    problems: tuple[Problem, ...] = ()


ABSENT = Cell("", None, blank=True)
"""The cell of a column that the file does not have."""

Judge = Callable[[str], Cell]


def compile_cell(spec: FieldSpec, place: str) -> Judge:
    """The judge of a field, with its memory. Raises `SchemaInvalidError`."""
    bare = _compile_bare(spec, place)
    judge, suggest = bare.judge, sparing(bare.seek)
    memory: dict[str, Cell] = {}

    def remembered(text: str) -> Cell:
        cell = memory.get(text)
        if cell is None:
            cell = judge(text, suggest)
            if len(memory) < REMEMBERED and len(text) <= MEMORABLE:
                memory[text] = cell
        return cell

    return remembered


@dataclass(frozen=True, slots=True)
class _Bare:
    """What a field knows of any text, without memory: the same for all files."""

    judge: Callable[[str, Suggest], Cell]
    seek: Suggest


def _no_suggestion(_text: str) -> None:
    return None


@lru_cache(maxsize=4_096)
def _compile_bare(spec: FieldSpec, place: str) -> _Bare:
    read = compile_reader(spec)
    constraints = compile_constraints(spec, read, place)
    item = _compile_item(spec, place)
    type_params = _described(spec)
    required = Problem("constraint-error", "required")

    def accepts(text: str) -> bool:
        value = read(text)
        return value is not None and all(test.holds(value, text) for test in constraints)

    blanks = (required,) if spec.required else ()
    plain = not constraints and spec.item is None

    def judge(text: str, suggest: Suggest) -> Cell:
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if text in spec.missing or ("" in spec.missing and text.isspace()):
            return Cell(text, None, blank=True, problems=blanks)
        value = read(text)
        if value is None:
            problem = Problem("type-error", spec.type, type_params, suggest(text))
            return Cell(text, None, blank=False, problems=(problem,))
        if plain:
            return Cell(text, value, blank=False)
        problems = _broken(constraints, value, text, suggest)
        return Cell(text, value, blank=False, problems=problems + item(value))

    return _Bare(judge, compile_seek(spec, accepts))


def _broken(
    constraints: Sequence[Constraint], value: Any, text: str, suggest: Suggest
) -> tuple[Problem, ...]:
    return tuple(
        Problem("constraint-error", test.name, test.params, suggest(text))
        for test in constraints
        if not test.holds(value, text)
    )


def _compile_item(spec: FieldSpec, place: str) -> Callable[[Any], tuple[Problem, ...]]:
    """The check of an array's items: each kind of problem is reported once per cell."""
    if spec.type != "array" or spec.item is None:
        return lambda _value: ()
    kind = spec.item.type
    judge = _compile_bare(spec.item, f"{place}.arrayItem").judge

    def check(value: list[Any]) -> tuple[Problem, ...]:
        found: dict[str, Problem] = {}
        for item in value:
            if kind in {"string", "any"} and not isinstance(item, str) and kind != "any":
                problems: tuple[Problem, ...] = (Problem("type-error", "array-item"),)
            else:
                text = item if isinstance(item, str) else json.dumps(item)
                problems = judge(text, _no_suggestion).problems
            for problem in problems:
                params = {**problem.params, "item": str(item), "of": problem.reason}
                kept = Problem(problem.code, "array-item", params)
                found.setdefault(f"{problem.code}/{problem.reason}", kept)
        return tuple(found.values())

    return check


def _described(spec: FieldSpec) -> dict[str, Any]:
    params: dict[str, Any] = {"type": spec.type, "format": spec.format}
    for option in ("trueValues", "falseValues", "decimalChar", "groupChar"):
        if option in spec.options:
            params[option] = spec.options[option]
    return params
