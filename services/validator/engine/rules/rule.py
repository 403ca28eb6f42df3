"""What a custom check is made of. One rule is one file; `rules/__init__` lists them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from services.validator.engine.cells import Cell
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.wording.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule found in a row: `reason` picks its wording; `code` if not the rule's own."""

    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    fix: str | None = None
    code: str | None = None


RowJudge = Callable[[Sequence[Cell]], Fault | None]
TextJudge = Callable[[str], Fault | None]


@dataclass(frozen=True)
class Check:
    """A rule with its parameters.

    `judge` is given the cells of `columns`. With `needs="sound"` it is called only when the
    file has all the columns and none of the cells is empty or already in error; with
    `needs="nothing"` a missing column is an empty cell, and a file without `any` or `all` of
    the columns is told so once, not row by row. The finding goes to the first column there.
    `by_text`: `judge` looks at the text of one cell alone, so that each is judged once.
    """

    columns: tuple[str, ...]
    judge: RowJudge
    needs: Literal["sound", "nothing"] = "sound"
    once_without: Literal["any", "all"] = "any"
    by_text: bool = False


@dataclass(frozen=True)
class Rule:
    """`wording` by reason, then by language; `codes` it may report besides its own."""

    code: str
    title: Mapping[str, str]
    parameters: Mapping[str, str]
    wording: Mapping[str, Words]
    compile: Callable[["Parameters"], Check]
    codes: tuple[str, ...] = ()


class Parameters:
    """The parameters of one use of a rule; a wrong one is the schema author's error."""

    def __init__(self, place: str, values: Mapping[str, Any]) -> None:
        self._place = place
        self._values = values

    def column(self, name: str) -> str:
        """The name of a column; raises `SchemaInvalidError` when it is missing."""
        value = self._values.get(name)
        if not isinstance(value, str) or not value:
            raise SchemaInvalidError(f"{self._place}.params.{name}", "a column name is expected")
        return value

    def either(self, name: str, other: str) -> str:
        """The column named by the first parameter, else by its documented synonym."""
        return self.column(name if name in self._values else other)

    def columns(self, name: str) -> tuple[str, ...]:
        """A list of columns, or one; raises `SchemaInvalidError` when there is none."""
        value = self._values.get(name)
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not names or not all(isinstance(n, str) for n in names):
            raise SchemaInvalidError(f"{self._place}.params.{name}", "column names are expected")
        return tuple(names)

    def choice(self, name: str, choices: frozenset[str]) -> str:
        """One of the texts; raises `SchemaInvalidError` for any other."""
        value = self._values.get(name)
        if value not in choices:
            raise SchemaInvalidError(
                f"{self._place}.params.{name}", f"one of {', '.join(sorted(choices))} is expected"
            )
        return str(value)

    def year(self, name: str) -> int | None:
        """A year (2024 or "2024"); None for `latest` or nothing.

        Raises `SchemaInvalidError` for anything else.
        """
        value = str(self._values.get(name) or "latest")
        if value == "latest":
            return None
        if len(value) != 4 or not (value.isascii() and value.isdigit()):
            raise SchemaInvalidError(f"{self._place}.params.{name}", "a year or latest is expected")
        return int(value)

    def flag(self, name: str) -> bool:
        """`yes`, `true` or a JSON true; anything else, and nothing, is false."""
        return str(self._values.get(name, "")).lower() in {"yes", "true", "1"}


def single(column: str, judge: TextJudge) -> Check:
    """A check of the texts of one column."""
    return Check((column,), lambda cells: judge(cells[0].text), by_text=True)
