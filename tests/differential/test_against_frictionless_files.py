"""Whole files, nasty in every way, judged as frictionless judges them but for our classes.

A sample of what `make bench-peers` runs over thousands; frictionless is our own dependency.
"""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from frictionless import Detector, Dialect, Resource, Schema, system
from frictionless.formats import CsvControl

from services.validator.adapters.files import check_file
from services.validator.engine.result import SchemaRef
from services.validator.engine.validation import Options, Target
from tests.differential.classes import CLASSES, WHOLE_FILE
from tests.differential.judge import Answer, judge
from tests.differential.nasty import TRAITS, nasty_case

FILES = 120
DOCUMENT = Path(__file__).parents[2] / "docs" / "engine" / "differences.md"


@pytest.fixture(autouse=True)
def _trusting() -> Iterator[None]:
    with system.use_context(trusted=True), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def ours(path: Path, descriptor: dict[str, Any]) -> Answer:
    target = Target(descriptor, SchemaRef("test/differential"))
    result = check_file(path, name=path.name, target=target, options=Options(100_000))
    cause = () if result.cause is None else (result.cause,)
    return {
        "found": [(e.row, e.field, e.code) for e in (*cause, *result.errors)],
        "warned": [e.code for e in result.warnings],
        "encoding": result.file.encoding,
    }


def theirs(path: Path, descriptor: dict[str, Any], *, told: bool = False) -> Answer:
    known: dict[str, Any] = {
        "encoding": "utf-8",
        "dialect": Dialect(controls=[CsvControl(delimiter=",")]),
    }
    try:
        report = Resource(
            path=str(path),
            schema=Schema.from_descriptor(descriptor),
            detector=Detector(schema_sync=True),
            **(known if told else {}),
        ).validate(limit_errors=100_000)
    except Exception as error:  # noqa: BLE001 - its crashes are one of the classes
        return {"crash": repr(error)}
    errors = [*report.errors, *(error for task in report.tasks for error in task.errors)]
    return {
        "found": [
            (getattr(e, "row_number", None), getattr(e, "field_name", None), e.type)
            for e in errors
        ]
    }  # fmt: skip


def test_nasty_files_are_judged_as_frictionless_judges_them(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    strangers = []
    path, plain = tmp_path / "nasty.csv", tmp_path / "plain.csv"
    for seed in range(FILES):
        case = nasty_case(seed)
        path.write_bytes(case.content)
        plain.write_bytes(case.plain)
        judged = judge(
            case,
            ours(path, case.descriptor),
            theirs(path, case.descriptor),
            theirs(plain, case.descriptor, told=True),
        )
        outcomes[judged.outcome] += 1
        strangers += [(seed, one.ours, one.said, one.cell) for one in judged.unexplained]

    assert strangers == []
    assert outcomes["same"] + outcomes["same-told"] > FILES * 0.4
    assert outcomes["explained"] > FILES * 0.2, "the files must reach the differences"


def test_the_generator_does_all_that_it_can_do() -> None:
    done = set().union(*(nasty_case(seed).traits for seed in range(400)))

    assert done == set(TRAITS)


def test_the_same_seed_gives_the_same_file() -> None:
    assert nasty_case(7) == nasty_case(7)


def field(**descriptor: Any) -> dict[str, Any]:
    return {"fields": [{"name": "a", **descriptor}, {"name": "b"}]}


INTEGER = field(type="integer")
FOREIGN = [{"fields": ["a"], "reference": {"resource": "", "fields": ["c"]}}]

# Class → schema, content, what we say, what frictionless says (row, field, code).
EXAMPLES: dict[str, tuple[dict[str, Any], str, set[Any], set[Any]]] = {
    "blank-rows": (INTEGER, "a,b\n1,x\n\n", set(), {(3, None, "blank-row")}),
    "blank-extra-cells": (INTEGER, "a,b\n1,x,\n", set(), {(2, "", "extra-cell")}),
    "spaces-only": (
        field(type="string", constraints={"required": True}), "a,b\n ,x\n",
        {(2, "a", "constraint-error")}, set(),
    ),
    "short-row": (
        {"fields": [{"name": "b"}, {"name": "a", "constraints": {"required": True}}]},
        "b,a\nx\ny,z\n", {(2, "a", "missing-cell")},
        {(2, "a", "missing-cell"), (2, "a", "constraint-error")},
    ),
    "key-of-wrong-value": (
        {**INTEGER, "primaryKey": ["a"]}, "a,b\nx,x\n1,y\n", {(2, "a", "type-error")},
        {(2, "a", "type-error"), (2, None, "primary-key")},
    ),
    "key-without-zone": (
        {**field(type="datetime"), "primaryKey": ["a"]},
        "a,b\n2024-01-31T10:00:00,x\n2024-01-31T10:00:00Z,y\n",
        {(3, "a", "primary-key")}, set(),
    ),
    "key-without-column": (
        {"fields": [{"name": "a"}, {"name": "c"}], "foreignKeys": FOREIGN}, "a,d\n1,x\n",
        set(), {(2, None, "foreign-key")},
    ),
    "pattern-alternation": (
        field(type="string", constraints={"pattern": "ab|cd"}), "a,b\nabx,x\n",
        {(2, "a", "constraint-error")}, set(),
    ),
    "numbers": (INTEGER, "a,b\n1_000,x\n", {(2, "a", "type-error")}, set()),
    "bare-number": (
        field(type="integer", bareNumber=False), "a,b\n.5,x\n", {(2, "a", "type-error")}, set(),
    ),
    "iso-dates": (field(type="date"), "a,b\n2020-1-5,x\n", {(2, "a", "type-error")}, set()),
    "midnight": (field(type="time"), "a,b\n24:00:00,x\n", {(2, "a", "type-error")}, set()),
    "years": (field(type="year"), "a,b\n0000,x\n", {(2, "a", "type-error")}, set()),
    "months": (field(type="yearmonth"), "a,b\n2024-3,x\n", {(2, "a", "type-error")}, set()),
    "binary": (
        field(type="string", format="binary"), "a,b\nQU-JD,x\n", {(2, "a", "type-error")}, set(),
    ),
    "addresses": (
        field(type="string", format="uri"), "a,b\nhttps://exemple.fr/a b,x\n",
        {(2, "a", "type-error")}, set(),
    ),
    "trailing-newline": (
        field(type="string", constraints={"pattern": r"^\d{5}$"}), 'a,b\n"12345\n",x\n',
        {(2, "a", "constraint-error")}, set(),
    ),
    "normal-form": (
        field(type="string", constraints={"enum": ["\u00e9t\u00e9"]}), "a,b\ne\u0301te\u0301,x\n",
        set(), {(2, "a", "constraint-error")},
    ),
    "duplicate-label": (
        INTEGER, "a,a,b\nx,1,y\n",
        {(1, "a", "duplicate-label"), (2, "a", "type-error")}, {(None, None, "error")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_smallest_example_of_each_class(name: str, tmp_path: Path) -> None:
    descriptor, content, our_errors, their_errors = EXAMPLES[name]
    path = tmp_path / "fichier.csv"
    path.write_text(content, encoding="utf-8", newline="")

    assert set(ours(path, descriptor)["found"]) == our_errors
    assert set(theirs(path, descriptor, told=True)["found"]) == their_errors


def test_a_lone_row_is_not_taken_for_the_header(tmp_path: Path) -> None:
    descriptor = {"fields": [{"name": name} for name in ("a", "b", "c", "d")]}
    path = tmp_path / "fichier.csv"
    path.write_text("a,b,c,d\nx\n", encoding="utf-8")

    codes = {code for _, _, code in theirs(path, descriptor, told=True)["found"]}
    assert "unmatched-header" in codes
    assert {code for _, _, code in ours(path, descriptor)["found"]} == {"missing-cell"}


def test_a_wrong_value_in_a_key_of_objects_does_not_crash(tmp_path: Path) -> None:
    descriptor = {**field(type="object"), "primaryKey": ["a"]}
    path = tmp_path / "fichier.csv"
    path.write_text('a,b\n"{""x"": 1}",y\n"{""x"": 1}",z\n', encoding="utf-8")

    assert "unhashable" in theirs(path, descriptor, told=True)["crash"]
    assert [code for _, _, code in ours(path, descriptor)["found"]] == ["primary-key"]


def test_every_class_has_its_example_and_its_place_in_the_documentation() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE))

    assert {*CLASSES, *WHOLE_FILE} - {"header-guess", "peer-crash"} == set(EXAMPLES)
    assert {*CLASSES, *WHOLE_FILE} <= told
