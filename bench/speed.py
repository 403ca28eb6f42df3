"""CPU of one validation: by number of rows, by share of bad cells, by format."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.data import DELIBERATIONS, SUBVENTIONS, csv_file, schema_file, xlsx_file
from bench.engines import Engine
from bench.measure import (
    Figure,
    best_ratio,
    cell,
    count,
    in_turn,
    ratio,
    score,
    seconds,
    show,
)

TARGETS = {100: 25, 1_000: 40, 10_000: 55, 100_000: 60, 1_000_000: 60}
"""Times less CPU than frictionless that is asked of us, by number of rows."""

_VALIDATA_BAD_ROWS = 10_000
"""Beyond, its time grows with the square of the errors of its own checks: many minutes."""

_SMALL, _IN_A_ROW = 10_000, 7
"""Rows of a file that each engine checks several times in a row: a worker's memory is warm."""

_PEER_BUDGET = 6
_OWN_BUDGET = 20
_COST_PER_ROW = {"validata": 2e-4, "frictionless": 7e-5, "polars": 1e-6}


@dataclass(frozen=True)
class Scale:
    """Rows of the main table, the most of them for Validata (right, with bad ones), of the others.

    A million rows with bad ones take Validata more than five minutes of CPU: they are left out.
    """

    rows: tuple[int, ...]
    validata_rows: int
    validata_bad_rows: int
    deliberations: int
    workbook: int


QUICK = Scale((100, 1_000, 10_000, 100_000), 1_000, 1_000, 10_000, 5_000)
FULL = Scale((100, 1_000, 10_000, 100_000, 1_000_000), 1_000_000, 100_000, 100_000, 100_000)


def grants(scale: Scale, force: str | None) -> None:
    """Subventions 2.1.1: 16 columns, 3 custom checks where the peer runs them."""
    show(
        "Subventions 2.1.1, CSV (CPU, medians; every error worded and listed by all)",
        ["rows", "bad", "errors", "errors f.", "socle", "1 000 listed", "frictionless",
         "ratio", "at best", "asked", "Validata", "ratio", "rows/CPU s"],
        (_grants(rows, bad, scale, force) for rows in scale.rows for bad in (0, 0.01)),
    )  # fmt: skip


def _grants(rows: int, bad: float, scale: Scale, force: str | None) -> list[str]:
    path, schema = csv_file(SUBVENTIONS, rows, bad), schema_file(SUBVENTIONS)
    most = scale.validata_bad_rows if bad else scale.validata_rows
    names = ["socle", "frictionless", *(["validata"] if rows <= most else [])]
    found = _measured(names, path, schema, rows, force)
    listed = _measured(["socle"], path, schema, rows, force, 1_000)
    own, other, validata = found["socle"], found["frictionless"], found.get("validata")
    _same_verdict(found, expected="invalid" if bad else "valid")
    work = f"{count(rows)} rows, {bad:.0%} bad"
    score(f"{work}, against frictionless", other.cpu / own.cpu, least=TARGETS[rows])
    if bad and rows == 1_000:
        score(f"{work}, CPU", own.cpu * 1_000, most=3, unit="ms")
    if validata is not None and rows >= 100_000:
        score(f"{work}, against Validata", validata.cpu / own.cpu, least=150)
    return [
        count(rows), f"{bad:.0%}", count(own.errors), count(other.errors),
        cell(own), cell(listed["socle"]), cell(other), ratio(other, own),
        best_ratio(other, own), f"≥ {TARGETS[rows]}", cell(validata), ratio(validata, own),
        count(round(rows / own.cpu)),
    ]  # fmt: skip


def split(scale: Scale, force: str | None) -> None:
    """The bare split of the same bytes into cells, one thread."""
    lines = []
    for rows in scale.rows[-2:]:
        path = csv_file(SUBVENTIONS, rows, 0)
        found = _measured(["socle", "polars"], path, schema_file(SUBVENTIONS), rows, force)
        own, bare = found["socle"], found["polars"]
        score(f"{count(rows)} rows, against polars' split", own.cpu / bare.cpu, most=2)
        lines.append([
            count(rows), cell(own), cell(bare), f"{own.cpu / bare.cpu:.2f} ×", "≤ 2 ×",
            f"{path.stat().st_size / own.cpu / 1e6:.0f} MB/s",
        ])  # fmt: skip
    show(
        "Against polars.read_csv of the same file, all texts, one thread",
        ["rows", "socle", "polars", "socle / polars", "asked", "socle"],
        lines,
    )


def unasked(force: str | None) -> None:
    """The schema sought in the register, which the peers cannot do."""
    path = csv_file(SUBVENTIONS, 1_000, 0.01)
    with Engine("socle", force=force) as engine:
        known = in_turn([engine], [9], {"path": path, "schema": schema_file(SUBVENTIONS)})
        sought = in_turn([engine], [9], {"path": path})
    told, found = known["socle"], sought["socle"]
    show(
        "The schema not declared: recognised among those of the register (1 000 rows, 1 %)",
        ["declared", "recognised"],
        [[seconds(told.cpu), seconds(found.cpu)]],
    )


def deliberations(scale: Scale, force: str | None) -> None:
    """Deliberations 2.1.5: 17 columns, 11 custom checks."""
    bad_rows = min(scale.deliberations, _VALIDATA_BAD_ROWS)
    show(
        "Deliberations 2.1.5, 11 custom checks, CSV",
        ["rows", "bad", "errors", "errors V.", "socle", "Validata", "ratio", "asked"],
        (
            _deliberations(rows, bad, force)
            for rows, bad in ((scale.deliberations, 0), (bad_rows, 0.01))
        ),
    )


def _deliberations(rows: int, bad: float, force: str | None) -> list[str]:
    path, schema = csv_file(DELIBERATIONS, rows, bad), schema_file(DELIBERATIONS)
    found = _measured(["socle", "validata"], path, schema, rows, force)
    own, other = found["socle"], found["validata"]
    _same_verdict(found, expected="invalid" if bad else "valid")
    work = f"Deliberations, {count(rows)} rows, {bad:.0%} bad, against Validata"
    score(work, other.cpu / own.cpu, least=100)
    return [
        count(rows), f"{bad:.0%}", count(own.errors), count(other.errors),
        cell(own), cell(other), ratio(other, own), "≥ 100",
    ]  # fmt: skip


def workbooks(scale: Scale, force: str | None) -> None:
    """A workbook of the same grants."""
    path = xlsx_file(SUBVENTIONS, scale.workbook)
    names = ["socle", "frictionless", "validata"]
    found = _measured(names, path, schema_file(SUBVENTIONS), scale.workbook, force)
    own = found["socle"]
    _same_verdict(found, expected="valid")
    work = f"XLSX, {count(scale.workbook)} rows, against Validata"
    score(work, found["validata"].cpu / own.cpu, least=10)
    show(
        "Subventions 2.1.1, XLSX",
        ["rows", "socle", "frictionless", "ratio", "Validata", "ratio", "asked"],
        [[
            count(scale.workbook), cell(own), cell(found["frictionless"]),
            ratio(found["frictionless"], own), cell(found["validata"]),
            ratio(found["validata"], own), "≥ 10",
        ]],
    )  # fmt: skip


def _measured(
    names: Sequence[str], path: Path, schema: Path, rows: int, force: str | None,
    max_errors: int = 10**9,
) -> dict[str, Figure]:  # fmt: skip
    """Fresh processes, warmed by a small file: Validata slows down with each error it has met."""
    request = {
        "path": path, "schema": schema, "all": True, "max_errors": max_errors,
        "repeat": _IN_A_ROW if rows <= _SMALL else 1,
    }  # fmt: skip
    small = csv_file(SUBVENTIONS, 10, 0)
    with ExitStack() as stack:
        engines = [
            stack.enter_context(Engine(name, force=force if name == "socle" else None))
            for name in names
        ]
        for engine in engines:
            for _ in range(3):
                engine.ask(path=small, schema=schema_file(SUBVENTIONS), max_errors=10)
        return in_turn(engines, [_repeats(name, rows) for name in names], request)


def _repeats(name: str, rows: int) -> int:
    """As many as fit a budget of seconds, three at least for us."""
    if name == "socle":
        return max(3, min(9, _OWN_BUDGET * 1_000 // rows))
    return max(1, min(5, int(_PEER_BUDGET / (_COST_PER_ROW[name] * rows))))


def _same_verdict(found: dict[str, Figure], *, expected: str) -> None:
    """A figure of work that was not done is no figure."""
    wrong = {name: figure.verdict for name, figure in found.items() if figure.verdict != expected}
    if wrong:
        raise RuntimeError(f"{expected} was expected, not {wrong}")
