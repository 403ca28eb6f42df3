"""Each rule of cells by its cases: what it changes, what it only proposes, what it leaves."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.validator.engine.repair.rules import CELL_RULES
from tests.support.corrections import correct, csv_bytes

CASES = Path(__file__).parent / "cases"


def tables() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yml")):
        for index, table in enumerate(yaml.load(path.read_text(), yaml.BaseLoader), start=1):
            yield pytest.param(path.stem, restored(table), id=f"{path.stem}-{index}")


def restored(table: dict[str, Any]) -> dict[str, Any]:
    """Texts of a case stay texts (`2023-12-31`, `0`); null and numbers are the schema's."""
    proposed = table.get("proposed", {})
    table["proposed"] = {k: None if v == "null" else v for k, v in proposed.items()}
    for limits in (table["field"].get("constraints", {}),):
        for name in ("minLength", "maxLength", "maximum"):
            if name in limits:
                limits[name] = int(limits[name])
    return table


@pytest.mark.parametrize(("rule", "table"), list(tables()))
def test_cases_are_corrected_as_written(rule: str, table: Mapping[str, Any]) -> None:
    applied, proposed = table.get("applied", {}), table["proposed"]
    texts = [*applied, *proposed, *table.get("kept", [])]
    columns = [{"field": table["field"], "texts": texts}, *table.get("others", [])]
    descriptor = {
        "fields": [{"name": "id", "type": "string"}, *(column["field"] for column in columns)],
        "custom_checks": table.get("checks", []),
    }
    if "missingValues" in table["field"]:
        descriptor["missingValues"] = table["field"]["missingValues"]
    body = itertools.zip_longest(*(column["texts"] for column in columns), fillvalue="")
    header = ["id", *(column["field"]["name"] for column in columns)]
    rows = [header, *([f"r{i}", *cells] for i, cells in enumerate(body))]

    done = correct(csv_bytes(rows), descriptor)

    assert done.correction.outcome == "written"
    written = [row[1] for row in done.rows[1:]]
    assert dict(zip(texts, written, strict=False)) == {
        text: applied.get(text, text) for text in texts
    }
    name = table["field"]["name"]
    listed = {
        c.before: (c.rule, c.after) for c in reversed(done.correction.proposed) if c.field == name
    }
    assert {text: listed.get(text) for text in proposed} == {
        text: (rule, after) for text, after in proposed.items()
    }
    changed = {c.before: c.rule for c in done.correction.applied if c.field == name}
    assert {text: changed.get(text) for text in applied} == dict.fromkeys(applied, rule)
    doubted = {text for text, (by, _) in listed.items() if by != "suggestion"}
    assert doubted <= set(proposed)
    assert set(changed) <= set(applied)


@pytest.mark.parametrize("rule", CELL_RULES, ids=lambda rule: rule.code)
def test_every_rule_has_cases(rule: Any) -> None:
    assert (CASES / f"{rule.code}.yml").is_file()
