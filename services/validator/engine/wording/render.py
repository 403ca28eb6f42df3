"""A finding in one language: what is wrong, then how to mend it."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from services.validator.engine.findings import Finding
from services.validator.engine.rules import RULES
from services.validator.engine.wording.cells import CONSTRAINT_ERRORS, ROW_ERRORS, TYPE_ERRORS
from services.validator.engine.wording.describe import describe_type
from services.validator.engine.wording.documents import JSON_ERRORS, describe_document
from services.validator.engine.wording.files import FILE, HEADER
from services.validator.engine.wording.outcomes import FAILURES, NO_SCHEMA, SCHEMA, SOURCE
from services.validator.engine.wording.packages import PACKAGE
from services.validator.engine.wording.problems import problem_in_french
from services.validator.engine.wording.shapes import describe_pattern
from services.validator.engine.wording.words import Sentence, Words
from shared.typography import NO_BREAK, counted, typeset

Lang = Literal["fr", "en"]

_SHOWN = 12
"""Items of a list that a sentence names."""


@cache
def catalogue() -> Mapping[str, Mapping[str, Words]]:
    """Every wording by code and reason."""
    rules: dict[str, dict[str, Words]] = {}
    for rule in RULES:
        for code in (rule.code, *rule.codes):
            rules[code] = dict(rule.wording)
    return {
        "type-error": TYPE_ERRORS,
        "constraint-error": CONSTRAINT_ERRORS,
        **ROW_ERRORS,
        **HEADER,
        **FILE,
        **PACKAGE,
        **JSON_ERRORS,
        **rules,
        "source-error": SOURCE,
        "no-schema": NO_SCHEMA,
        "schema-error": SCHEMA,
        "failed": FAILURES,
    }


def render(finding: Finding, lang: Lang) -> tuple[str, str | None]:
    """(message, hint). A fix, where there is one, is the hint."""
    sentence = _sentence(finding.code, finding.reason, lang)
    facts = _facts(finding, lang)
    message = sentence.message.format_map(facts)
    if finding.fix is not None and finding.code not in {"missing-label", "missing-optional-label"}:
        return message, f"Écrivez {finding.fix}." if lang == "fr" else f"Write {finding.fix}."
    hint = sentence.hint.format_map(facts)
    return message, hint or None


@cache
def _sentence(code: str, reason: str, lang: Lang) -> Sentence:
    by_reason = catalogue()[code]
    sentence = (by_reason.get(reason) or by_reason[""])[lang]
    if lang == "fr":
        return Sentence(typeset(sentence.message), typeset(sentence.hint))
    return sentence


class _Number(int):
    """`{count:ligne|lignes}` says the number with its noun, `{count}` the number alone."""

    def __format__(self, form: str) -> str:
        return counted(self, *form.split("|")) if "|" in form else str(int(self))


class _Facts(dict[str, Any]):
    """A fact that an older engine did not store is left out of the sentence."""

    def __missing__(self, name: str) -> str:
        return ""


def _facts(finding: Finding, lang: Lang) -> Mapping[str, Any]:
    facts = _Facts({name: _said(value) for name, value in finding.params.items()})
    for name in ("row", "line", "field", "column", "cell"):
        value = getattr(finding, name)
        facts[name] = "" if value is None else str(value)
    if finding.code == "type-error" and finding.reason != "array-item":
        facts.update(describe_type(finding.params, finding.cell or "", lang))
    elif finding.reason == "pattern":
        facts.update(describe_pattern(finding.params, finding.cell or "", lang))
    elif finding.reason == "array-item":
        facts["item_hint"] = _item_hint(finding, lang)
    if finding.code == "schema-error" and lang == "fr":
        facts["problem"] = problem_in_french(facts["problem"])
    if finding.code.startswith("json-"):
        facts.update(describe_document(finding.params, finding.field, lang))
    if finding.code == "json-pattern":
        facts.update(describe_pattern(finding.params, finding.cell or "", lang))
    if finding.reason == "enum" or finding.code == "json-enum":
        facts.update(_choices(finding.params, lang))
    return facts


def _said(value: Any) -> str | _Number:
    if type(value) is int:
        return _Number(value)
    if isinstance(value, list):
        return ", ".join(map(str, value[:_SHOWN])) + (" …" if len(value) > _SHOWN else "")
    return str(value)


def _choices(params: Mapping[str, Any], lang: Lang) -> dict[str, str]:
    values = params.get("values", [])
    more = len(values) - _SHOWN + int(params.get("more", 0))
    if len(values) <= _SHOWN:
        more = int(params.get("more", 0))
    rest = f" et {more} autres" if lang == "fr" else f" and {more} more"
    mark = f"{NO_BREAK}; " if lang == "fr" else "; "
    return {"values": mark.join(map(str, values[:_SHOWN])), "more": rest if more > 0 else ""}


def _item_hint(finding: Finding, lang: Lang) -> str:
    if finding.params.get("of") != "enum":
        return "Corrigez cet élément." if lang == "fr" else "Correct this item."
    choices = _choices(finding.params, lang)
    lead = "Choisissez parmi" if lang == "fr" else "Choose among"
    colon = f"{NO_BREAK}:" if lang == "fr" else ":"
    return f"{lead}{colon} {choices['values']}{choices['more']}."
