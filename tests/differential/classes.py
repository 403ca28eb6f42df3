"""The classes of disagreement with frictionless, each recognised from the dispute alone.

docs/engine/differences.md says of each who is right and why; a test holds its smallest example.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from tests.differential.compare import Dispute, Said

STOPPED = Said(0, "", "error")
"""What frictionless says, alone, of a title that is used twice."""

_FOREIGN_DIGITS = "\u0660-\u0669\uff10-\uff19"
_ODD_NUMBER = re.compile(rf"[_\u00a0\u202f{_FOREIGN_DIGITS}]|^[+-]?(inf|nan)$", re.IGNORECASE)
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")
_ODD_DATE = re.compile(rf"\d{{4}}-\d-\d$|[{_FOREIGN_DIGITS}]|^\d{{4}}-\d\d-\d\d $")


def _row(d: Dispute) -> tuple[str, ...]:
    index = d.said.row - 2
    return d.case.rows[index] if 0 <= index < len(d.case.rows) else ("?",)


def _field(d: Dispute) -> Mapping[str, Any]:
    fields = d.case.descriptor["fields"]
    return next((field for field in fields if field["name"] == d.said.field), {})


def _kind(d: Dispute) -> str:
    return str(_field(d).get("type", ""))


def _is_key(d: Dispute) -> bool:
    return d.said.code in {"primary-key", "foreign-key"}


def _blank_rows(d: Dispute) -> bool:
    return not any(cell.strip() for cell in _row(d))


def _blank_extra_cells(d: Dispute) -> bool:
    beyond = _row(d)[len(d.case.labels) :]
    return d.said.code == "extra-cell" and not any(cell.strip() for cell in beyond)


def _spaces_only(d: Dispute) -> bool:
    cells = _row(d) if _is_key(d) else (d.cell,)
    return any(cell.isspace() for cell in cells)


def _key_of_wrong_value(d: Dispute) -> bool:
    """The value is wrong for us, or equals another that is."""
    if d.ours or not _is_key(d):
        return False
    cells = (cell for row in d.case.rows for cell in row)
    return "type-error" in d.together or any(map(_ODD_NUMBER.search, cells))


def _key_without_zone(d: Dispute) -> bool:
    """A moment with a zone and one without are the same for us alone."""
    moments = {
        field["name"]
        for field in d.case.descriptor["fields"]
        if field.get("type") in {"datetime", "time"}
    } & set(d.case.descriptor.get("primaryKey", []))
    zones = {
        bool(_ZONE.search(cell))
        for row in d.case.rows
        for label, cell in zip(d.case.labels, row, strict=False)
        if label in moments and cell
    }
    return d.ours and d.said.code == "primary-key" and len(zones) > 1


def _key_without_column(d: Dispute) -> bool:
    if d.ours or d.said.code != "foreign-key":
        return False
    key = d.case.descriptor["foreignKeys"][0]
    return not {*key["fields"], *key["reference"]["fields"]} <= set(d.case.labels)


CLASSES: Mapping[str, Callable[[Dispute], bool]] = MappingProxyType(
    {
        "blank-rows": _blank_rows,
        "blank-extra-cells": _blank_extra_cells,
        "spaces-only": _spaces_only,
        "short-row": lambda d: (
            not d.ours and d.said.code == "constraint-error" and "missing-cell" in d.together
        ),
        "key-of-wrong-value": _key_of_wrong_value,
        "key-without-zone": _key_without_zone,
        "key-without-column": _key_without_column,
        "pattern-alternation": lambda d: d.ours and d.said.field == "alternative",
        "numbers": lambda d: _kind(d) in {"integer", "number"} and bool(_ODD_NUMBER.search(d.cell)),
        "bare-number": lambda d: d.ours and _field(d).get("bareNumber") is False,
        "iso-dates": lambda d: d.ours and _kind(d) == "date" and bool(_ODD_DATE.search(d.cell)),
        "midnight": lambda d: d.ours and _kind(d) == "time" and d.cell == "24:00:00",
        "years": lambda d: d.ours and _kind(d) == "year",
        "months": lambda d: d.ours and _kind(d) == "yearmonth" and d.cell == "2024-3",
        "binary": lambda d: d.ours and _field(d).get("format") == "binary",
        "addresses": lambda d: d.ours and _field(d).get("format") == "uri",
        "trailing-newline": lambda d: d.cell.endswith("\n"),
        "duplicate-label": lambda d: (
            d.ours and d.said.code == "duplicate-label" and not d.case.rows
        ),
        "normal-form": lambda d: "e\u0301" in d.cell,
    }
)
WHOLE_FILE = ("duplicate-label", "header-guess", "peer-crash")
"""Classes in which frictionless says nothing of the rows."""


def class_of(dispute: Dispute) -> str | None:
    """The first class that explains the dispute."""
    return next((name for name, is_it in CLASSES.items() if is_it(dispute)), None)


def whole_file_class(answer: Mapping[str, Any], theirs: frozenset[Said]) -> str | None:
    """The class of a file that frictionless did not check, if it did not."""
    if "crash" in answer:
        return "peer-crash"
    if STOPPED in theirs:
        return "duplicate-label"
    if any(one.code == "unmatched-header" for one in theirs):
        return "header-guess"
    return None
