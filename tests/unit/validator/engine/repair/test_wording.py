"""A change is said in both languages, and survives the way between processes."""

import json
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from services.validator.engine.repair import Correction, render_correction, sentence, summary
from services.validator.engine.repair import rules as package
from services.validator.engine.repair.rules import CELL_RULES, TABLE_RULES
from services.validator.engine.repair.wording import DOUBTS, REFUSALS
from tests.support.corrections import correct, csv_bytes

RULES: tuple[Any, ...] = (*CELL_RULES, *TABLE_RULES)
FACTS = {"before", "after", "line", "column", "count", "sheet"}
SCHEMA = {"fields": [{"name": "n", "type": "number"}, {"name": "d", "type": "date"}]}
DOCUMENT = Path(__file__).parents[5] / "docs" / "engine" / "repair.md"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_titled_worded_and_documented(rule: Any) -> None:
    assert set(rule.title) == {"fr", "en"}
    assert rule.wording
    assert f"`{rule.code}`" in DOCUMENT.read_text()


@pytest.mark.parametrize(
    "wording",
    [pytest.param(w, id=f"{r.code}-{k}") for r in RULES for k, w in r.wording.items()]
    + [pytest.param(w, id=k) for k, w in {**DOUBTS, **REFUSALS}.items()],
)
def test_a_wording_names_only_facts_that_exist(wording: Any) -> None:
    assert set(wording) == {"fr", "en"}
    for found in wording.values():
        names = {name for _, name, _, _ in Formatter().parse(found.message + found.hint) if name}
        assert found.message
        assert names <= FACTS


def test_every_rule_file_says_what_it_changes_why_it_is_safe_and_whence() -> None:
    folder = Path(package.__file__).parent
    for path in folder.glob("*.py"):
        if path.stem not in {"__init__", "rule", "texts"}:
            text = path.read_text()
            assert all(mark in text for mark in ("Changes: ", "Cannot be wrong: ", "Source: ")), (
                path
            )


def test_a_proposal_says_what_to_do_and_an_applied_change_does_not() -> None:
    done = correct(csv_bytes([["n", "d"], ["1,234", "31.12.23"], ["12,5", "31/12/2023"]]), SCHEMA)
    assert done.correction.applied
    assert done.correction.proposed
    for lang in ("fr", "en"):
        assert not any(sentence(change, lang)[1] for change in done.correction.applied)
        assert all(sentence(change, lang)[1] for change in done.correction.proposed)


def test_the_outcome_is_said_in_one_sentence() -> None:
    done = correct(csv_bytes([["n", "d"], ["12,5", "31.12.23"]]), SCHEMA)
    assert summary(done.correction, "fr") == (
        "1 correction\u00a0: 2 erreurs avant, 1 après. 1 proposition à vérifier vous-même."
    )
    assert summary(done.correction, "en") == (
        "1 correction: 2 errors before, 1 after. 1 proposal for you to check."
    )
    refused = correct(b'n,d\r\n1,\r\n"2,\r\n3,\r\n', SCHEMA).correction
    assert "ligne 3" in summary(refused, "fr")
    unreadable = correct(b"%PDF-1.7", SCHEMA).correction
    assert summary(unreadable, "fr")
    assert summary(unreadable, "en")


def test_a_correction_survives_json() -> None:
    contents = [csv_bytes([["N", "d"], ["12,5", "31.12.23"]]), b"%PDF-1.7"]
    for content in contents:
        made = correct(content, SCHEMA).correction
        assert Correction.from_json(json.loads(json.dumps(made.to_json()))) == made
        assert json.dumps(render_correction(made, "fr"))
