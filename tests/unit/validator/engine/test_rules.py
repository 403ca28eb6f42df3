"""Every rule has its file, its docstring, its words in two languages and its cases."""

import importlib
import re
import string
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import write_rule_docs
from services.validator.engine import rules
from services.validator.engine.findings import Finding
from services.validator.engine.rules import RULES
from services.validator.engine.rules.rule import Rule
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.wording.render import render
from services.validator.engine.wording.titles import title
from tests.support.tables import errors_of

ROOT = Path(__file__).parents[4]
CASES = ROOT / "tests" / "data" / "rules"
PLACES = {"row", "line", "field", "column", "cell", "columns", "cells"}


def load(rule: Rule) -> list[dict[str, Any]]:
    document = yaml.safe_load((CASES / f"{rule.code}.yml").read_text(encoding="utf-8"))
    return [document, *({**document, **other} for other in document.get("others", []))]


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(rule, variant, case, id=f"{rule.code}-{number}-{index}")
        for rule in RULES
        for number, variant in enumerate(load(rule))
        for index, case in enumerate(variant[kind])
    ]


def findings(rule: Rule, variant: dict[str, Any], row: list[str]) -> list[Finding]:
    columns = [*variant["columns"], "remplissage"]
    cells = [*row, "x"][: len(columns)]
    types = variant.get("types", {})
    descriptor = {
        "fields": [{"name": name, "type": types.get(name, "string")} for name in columns],
        "custom_checks": [{"name": rule.code, "params": variant["params"]}],
    }
    return [
        finding
        for finding in errors_of(descriptor, columns, [cells])
        if finding.code in {rule.code, *rule.codes}
    ]


@pytest.mark.parametrize(("rule", "variant", "row"), cases("pass"))
def test_what_a_rule_lets_pass(rule: Rule, variant: dict[str, Any], row: list[str]) -> None:
    assert findings(rule, variant, row) == []


@pytest.mark.parametrize(("rule", "variant", "case"), cases("fail"))
def test_what_a_rule_refuses(rule: Rule, variant: dict[str, Any], case: dict[str, Any]) -> None:
    [finding] = findings(rule, variant, case["row"])

    assert finding.reason == case["reason"]
    assert finding.fix == case.get("fix")
    assert finding.code == case.get("code", rule.code)
    assert finding.row == 2


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_lacks_nothing(rule: Rule) -> None:
    module = importlib.import_module(f"{rules.__name__}.{rule.code.replace('-', '_')}")

    assert module.RULE is rule
    for heading in ("Fails:", "Passes:", "Source:"):
        assert heading in (module.__doc__ or ""), heading
    assert set(rule.title) == {"fr", "en"}
    refused = {case["reason"] for variant in load(rule) for case in variant["fail"]}
    assert refused == set(rule.wording), "a case for every reason, a reason for every case"
    assert all(variant["pass"] for variant in load(rule))


@pytest.mark.parametrize(("rule", "variant", "case"), cases("fail"))
def test_a_finding_is_worded_in_both_languages(
    rule: Rule, variant: dict[str, Any], case: dict[str, Any]
) -> None:
    [finding] = findings(rule, variant, case["row"])

    french, english = render(finding, "fr"), render(finding, "en")

    assert french[0] != english[0]
    assert french[1]
    assert english[1]
    assert title(finding.code, "", "fr") != title(finding.code, "", "en")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_without_its_parameters_is_the_schema_authors_error(rule: Rule) -> None:
    descriptor = {
        "fields": [{"name": "a"}],
        "custom_checks": [{"name": rule.code, "params": {}}],
    }

    with pytest.raises(SchemaInvalidError, match=re.escape("custom_checks[0].params.")):
        errors_of(descriptor, ["a"], [["1"]])


def test_rules_are_listed_once_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    files = {
        path.stem.replace("_", "-")
        for path in Path(rules.__file__).parent.glob("*.py")
        if "\nRULE = " in path.read_text(encoding="utf-8")
    }

    assert codes == sorted(set(codes))
    assert files == set(codes)


def test_templates_name_only_facts_that_exist() -> None:
    for rule in RULES:
        for reason, by_language in rule.wording.items():
            names = [
                {name for _, name, _, _ in string.Formatter().parse(text) if name}
                for sentence in by_language.values()
                for text in (sentence.message,)
            ]
            assert names[0] == names[1], f"{rule.code}/{reason}: the languages say different facts"


def test_the_documentation_of_rules_is_fresh() -> None:
    written = (ROOT / "docs" / "engine" / "rules.md").read_text(encoding="utf-8")

    assert written == write_rule_docs.page(), "run python scripts/write_rule_docs.py"
