"""The same verdict on every cell as frictionless 5.21, but for the differences we mean.

Tables are generated from a seed. Each disagreement must belong to a class of
docs/engine/differences.md, recognised here from the cell alone.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from frictionless import Detector, Resource, Schema, system

from tests.support.tables import errors_of

Place = tuple[int | None, str | None, str]

TABLES = 200
ROWS = 12

FIELDS: dict[str, dict[str, Any]] = {
    "texte": {"type": "string"},
    "requis": {"type": "string", "constraints": {"required": True}},
    "motif": {"type": "string", "constraints": {"pattern": r"^\d{5}$"}},
    "choix": {"type": "string", "constraints": {"enum": ["été", "hiver"]}},
    "court": {"type": "string", "constraints": {"minLength": 2, "maxLength": 5}},
    "courriel": {"type": "string", "format": "email"},
    "uuid": {"type": "string", "format": "uuid"},
    "entier": {"type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
    "nombre": {"type": "number", "constraints": {"minimum": -10}},
    "virgule": {"type": "number", "decimalChar": ",", "groupChar": " "},
    "booleen": {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
    "logique": {"type": "boolean"},
    "date": {"type": "date", "constraints": {"minimum": "2000-01-01"}},
    "jour": {"type": "date", "format": "%d/%m/%Y"},
    "moment": {"type": "datetime"},
    "heure": {"type": "time"},
    "annee": {"type": "year"},
    "mois": {"type": "yearmonth"},
    "point": {"type": "geopoint"},
    "paire": {"type": "geopoint", "format": "array"},
    "objet": {"type": "object"},
    "liste": {"type": "array", "arrayItem": {"type": "string", "constraints": {"enum": ["a"]}}},
}
CELLS = [
    "", " ", "NA", "x", "oui", "non", "true", "FALSE", "1", "0", "été", "hiver", "ete", " hiver",
    "12345", "94028", "1234", "abc", "abcdef", "a@b.fr", "a.b@ville-creteil.fr", "a@b", "@",
    "12", "-3", "+7", "501", "1 234", "1_000", "٣", " 12 ", "12.0", "12,5", "1234.5", "1e3", "-1e2",
    "NaN", "INF", "-INF", "12.", ".5", "1 234,5", "1.234,5", "2024-01-31", "2024-02-30",
    "1999-12-31", "2020-1-5", "20240131", "31/12/2023", "1/2/2023", "31/02/2023",
    "2024-01-31T10:00:00",
    "2024-01-31T10:00:00Z", "2024-01-31 10:00:00", "2024-01-31T10:00", "10:30:00", "10:30",
    "25:00:00", "2024", "0000", "202",
    " 202", "99999", "2024-03", "2024-13", "2024-3", "2.45,48.79", "2.45, 48.79", "190,0", "48.79",
    "[2.45, 48.79]", "[1]", "{}", '{"a": 1}', "[]", '["a"]', '["b"]', "[1, 2]", "null",
    "123e4567-e89b-12d3-a456-426614174000", "123e4567", "\u00a012", "e\u0301te\u0301",
    "12345\n",
]  # fmt: skip

DIFFERENCES: dict[str, Callable[[str, str], bool]] = {
    "spaces-only": lambda _f, cell: cell.isspace(),
    "numbers": lambda f, cell: (
        f in {"entier", "nombre", "virgule"}
        and bool(re.search(r"[_\u0660-\u0669\u00a0]|^-?INF$|^NaN$", cell))
    ),
    "iso-dates": lambda f, cell: f == "date" and cell == "2020-1-5",
    "years": lambda f, cell: f == "annee" and cell in {"0000", " 202", " 12 "},
    "months": lambda f, cell: f == "mois" and cell == "2024-3",
    "trailing-newline": lambda _f, cell: cell.endswith("\n"),
    "normal-form": lambda f, cell: f in {"choix", "court"} and cell == "e\u0301te\u0301",
    "group-char": lambda f, cell: f == "virgule" and cell in {"NaN", "INF", "-INF"},
}


def ours(descriptor: dict[str, Any], labels: list[str], rows: list[list[str]]) -> set[Place]:
    return {
        (f.row, f.field, "type" if f.code == "type-error" else "constraint")
        for f in errors_of(descriptor, labels, rows)
        if f.code in {"type-error", "constraint-error"}
    }


def theirs(descriptor: dict[str, Any], labels: list[str], rows: list[list[str]]) -> set[Place]:
    resource = Resource(
        data=[labels, *rows],
        schema=Schema.from_descriptor(descriptor),
        detector=Detector(schema_sync=True),
    )
    report = resource.validate(limit_errors=100_000)
    return {
        (e.row_number, e.field_name, "type" if e.type == "type-error" else "constraint")
        for e in report.tasks[0].errors
        if e.type in {"type-error", "constraint-error"}
    }


def table(seed: int) -> tuple[dict[str, Any], list[str], list[list[str]]]:
    chance = random.Random(seed)
    names = chance.sample(sorted(FIELDS), 5)
    descriptor = {
        "fields": [{"name": name, **FIELDS[name]} for name in names] + [{"name": "repère"}],
        "missingValues": chance.choice([[""], ["", "NA"]]),
    }
    labels = [*chance.sample(names, len(names)), "repère"]
    rows = [[chance.choice(CELLS) for _ in names] + ["x"] for _ in range(ROWS)]
    return descriptor, labels, rows


def test_cells_are_judged_as_frictionless_judges_them() -> None:
    agreed, classes, unexplained = 0, dict.fromkeys(DIFFERENCES, 0), []
    with system.use_context(trusted=True):
        for seed in range(TABLES):
            descriptor, labels, rows = table(seed)
            left, right = ours(descriptor, labels, rows), theirs(descriptor, labels, rows)
            agreed += ROWS * len(labels) - len(left ^ right)
            for row, field, kind in left ^ right:
                cell = rows[row - 2][labels.index(field)]
                names = [name for name, is_it in DIFFERENCES.items() if is_it(field, cell)]
                if names:
                    classes[names[0]] += 1
                else:
                    side = "ours" if (row, field, kind) in left else "theirs"
                    unexplained.append((field, cell, kind, side))

    assert unexplained == []
    assert agreed > 0.95 * TABLES * ROWS * 6
    assert sum(classes.values()) > 50, "the generator must reach the differences"


@pytest.mark.parametrize("name", sorted(DIFFERENCES))
def test_every_class_of_difference_is_documented(name: str) -> None:
    page = Path(__file__).parents[4] / "docs" / "engine" / "differences.md"

    assert f"`{name}`" in page.read_text(encoding="utf-8")
