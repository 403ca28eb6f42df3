"""The smallest file of each class of disagreement with Validata, and what Validata says of it.

Its answers were recorded from validata-table 0.12.5 (frictionless 5.21.0); `make bench-peers`
asks it again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

Place = tuple[int | None, str | None, str]


@dataclass(frozen=True)
class ValidataCase:
    """`theirs` None: it raises instead of answering."""

    name: str
    descriptor: dict[str, Any]
    write: Callable[[Path], object]
    ours: frozenset[Place]
    theirs: frozenset[Place] | None
    suffix: str = ".csv"


def _text(content: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(content, encoding="utf-8", newline="")


def _book(rows: list[list[Any]]) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        book.close()

    return write


def _fields(**descriptor: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", "type": "string", **descriptor}, {"name": "b"}]}


def _check(name: str) -> dict[str, Any]:
    return {**_fields(), "custom_checks": [{"name": name, "params": {"column": "a"}}]}


_SIRET_TWICE = {
    **_fields(constraints={"pattern": r"^\d{14}$"}),
    "custom_checks": [{"name": "french-siret-value", "params": {"column": "a"}}],
}


def validata_cases() -> tuple[ValidataCase, ...]:
    """One per class of docs/engine/differences.md."""
    none: frozenset[Place] = frozenset()
    return (
        ValidataCase(
            "no-column-in-common", _fields(), _text("c,d\nx,y\n"),
            frozenset({(1, None, "unmatched-header")}), None,
        ),
        ValidataCase(
            "schema-refused", {**_fields(), "name": "Arbres urbains"}, _text("a,b\nx,y\n"),
            none, frozenset({(None, None, "schema-error")}),
        ),
        ValidataCase(
            "pattern-on-year", {"fields": [
                {"name": "a", "type": "year", "constraints": {"pattern": r"^\d{4}$"}},
                {"name": "b"}]},
            _text("a,b\n2024,y\n"), none, frozenset({(None, None, "field-error")}),
        ),
        ValidataCase(
            "titles-twice", _fields(), _text("a,a,b\nx,y,z\n"),
            frozenset({(1, "a", "duplicate-label")}), frozenset({(None, None, "error")}),
        ),
        ValidataCase(
            "blank-rows", _fields(), _text("a,b\nx,y\n,\n"),
            none, frozenset({(3, None, "blank-row")}),
        ),
        ValidataCase(
            "one-cause", _SIRET_TWICE, _text("a,b\n218601946,y\n"),
            frozenset({(2, "a", "constraint-error")}),
            frozenset({(2, "a", "constraint-error"), (2, "a", "custom-check-error")}),
        ),
        ValidataCase(
            "typed-cells", _fields(), _book([["a", "b"], [38185, "y"]]),
            none, frozenset({(2, "a", "type-error")}), ".xlsx",
        ),
        ValidataCase(
            "phone", _check("phone-number-value"), _text("a,b\n476544254,y\n"),
            frozenset({(2, "a", "phone-number-value")}), none,
        ),
        ValidataCase(
            "overseas-phone", _check("phone-number-value"), _text("a,b\n0262123456,y\n"),
            none, frozenset({(2, "a", "phone-number-value")}),
        ),
        ValidataCase(
            "misplaced-constraint", _fields(enum=["x"]), _text("a,b\nz,y\n"),
            frozenset({(2, "a", "constraint-error")}), none,
        ),
        ValidataCase(
            "spaces-only", _fields(constraints={"required": True}), _text("a,b\n ,y\n"),
            frozenset({(2, "a", "constraint-error")}), none,
        ),
        ValidataCase(
            "zeros", _check("french-siret-value"), _text("a,b\n00000000000000,y\n"),
            frozenset({(2, "a", "french-siret-value")}), none,
        ),
        ValidataCase(
            "integer-zero", {"fields": [{"name": "a", "type": "integer"},
                                        {"name": "b", "type": "integer"}, {"name": "c"}],
                             "custom_checks": [{"name": "one-of-required",
                                                "params": {"column1": "a", "column2": "b"}}]},
            _text("a,b,c\n0,,y\n"), none, frozenset({(2, None, "one-of-required")}),
        ),
    )  # fmt: skip
