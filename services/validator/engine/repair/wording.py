"""A change, and the outcome of a correction, in one language."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.correction import Correction
from services.validator.engine.repair.rules import CELL_RULES, TABLE_RULES
from services.validator.engine.wording.render import render
from services.validator.engine.wording.words import Sentence, Words, words
from shared.typography import typeset

Lang = Literal["fr", "en"]


DOUBTS: Mapping[str, Words] = {
    "several": words(
        ("« {before} » peut se lire de plusieurs façons.", "Peut-être « {after} » ?"),
        ('"{before}" can be read in several ways.', 'Perhaps "{after}"?'),
    ),
    "conflict": words(
        (
            "« {before} » pourrait être corrigé, mais une autre erreur apparaîtrait alors.",
            "Si c'est bien « {after} », corrigez aussi ce qui ne s'accorde pas avec cette valeur.",
        ),
        (
            '"{before}" could be mended, but another error would then appear.',
            'If it is "{after}", mend what disagrees with it too.',
        ),
    ),
}
"""Why any rule's correction may be left to a person."""

REFUSALS: Mapping[str, Words] = {
    "unclosed-quote": words(
        (
            (
                "Le fichier n'a pas été corrigé : un guillemet ouvert à la ligne {line} n'est"
                " jamais fermé, et la suite du fichier serait perdue."
            ),
            "Fermez ou supprimez ce guillemet, puis recommencez.",
        ),
        (
            (
                "The file was not corrected: a quote opened on line {line} is never closed, and the"
                " rest of the file would be lost."
            ),
            "Close or delete that quote, then try again.",
        ),
    ),
    "unstable": words(
        (
            (
                "Le fichier n'a pas été corrigé : sa forme est trop inhabituelle pour qu'il soit"
                " réécrit sans risque."
            ),
            "Corrigez-le dans un tableur en suivant la liste des erreurs.",
        ),
        (
            "The file was not corrected: its form is too unusual to be written anew safely.",
            "Mend it in a spreadsheet, following the list of errors.",
        ),
    ),
}


def sentence(change: Change, lang: Lang) -> tuple[str, str]:
    """(what was done or seen, what to do about it); the second is empty for what is done."""
    found = _sentence(change.rule, change.reason, lang)
    facts = _Facts({name: str(value) for name, value in change.params.items()})
    for name in ("row", "line", "column", "field", "before", "after"):
        value = getattr(change, name)
        facts[name] = "" if value is None else str(value)
    return found.message.format_map(facts), found.hint.format_map(facts)


def title(rule: str, lang: Lang) -> str:
    """The name of a rule for people."""
    return _titles()[rule][lang]


def summary(correction: Correction, lang: Lang) -> str:
    """The outcome in one or two sentences."""
    if correction.cause is not None:
        return _refusal(correction, lang)
    done = sum(count.applied for count in correction.counts.values())
    doubts = sum(count.proposed for count in correction.counts.values())
    return (_summary_fr if lang == "fr" else _summary_en)(correction, done, doubts)


def _refusal(correction: Correction, lang: Lang) -> str:
    cause = correction.cause
    if cause is None:
        return ""
    if cause.code != "correction-refused":
        message, hint = render(cause, lang)
        return " ".join(filter(None, (message, hint)))
    found = REFUSALS[cause.reason][lang]
    text = f"{found.message} {found.hint}".format(line=cause.line)
    return typeset(text) if lang == "fr" else text


def _summary_fr(correction: Correction, done: int, doubts: int) -> str:
    if not done:
        text = "Rien n'était à corriger sans risque d'erreur."
    else:
        plural = "s" if done > 1 else ""
        before, after = correction.errors_before, correction.errors_after
        text = f"{done} correction{plural} : {_count_fr(before)} avant, {after} après."
    if doubts:
        plural = "s" if doubts > 1 else ""
        text += f" {doubts} proposition{plural} à vérifier vous-même."
    return typeset(text)


def _count_fr(errors: int) -> str:
    return f"{errors} erreur{'s' if errors > 1 else ''}"


def _summary_en(correction: Correction, done: int, doubts: int) -> str:
    if not done:
        text = "Nothing could be corrected without a risk of error."
    else:
        plural = "s" if done > 1 else ""
        before, after = correction.errors_before, correction.errors_after
        errors = f"{before} error{'' if before == 1 else 's'}"
        text = f"{done} correction{plural}: {errors} before, {after} after."
    if doubts:
        text += f" {doubts} proposal{'s' if doubts > 1 else ''} for you to check."
    return text


def render_correction(correction: Correction, lang: Lang) -> dict[str, Any]:
    """The correction as JSON for people and programs; lists are those of the correction."""
    return {
        "outcome": correction.outcome,
        "summary": summary(correction, lang),
        "rows": correction.rows,
        "errors_before": correction.errors_before,
        "errors_after": correction.errors_after,
        "counts": [
            {
                "rule": rule,
                "title": title(rule, lang),
                "applied": count.applied,
                "proposed": count.proposed,
            }
            for rule, count in correction.counts.items()
        ],
        "applied": [_rendered(change, lang) for change in correction.applied],
        "proposed": [_rendered(change, lang) for change in correction.proposed],
        "truncated": correction.truncated,
        "engine": {"version": correction.engine_version},
    }


def _rendered(change: Change, lang: Lang) -> dict[str, Any]:
    message, hint = sentence(change, lang)
    return {
        "rule": change.rule,
        "kind": change.kind,
        "row": change.row,
        "line": change.line,
        "column": change.column,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "message": message,
        "hint": hint or None,
    }


class _Facts(dict[str, str]):
    """A fact that an older engine did not store is left out of the sentence."""

    def __missing__(self, name: str) -> str:
        return ""


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    cells = {rule.code: rule.title for rule in CELL_RULES}
    return cells | {rule.code: rule.title for rule in TABLE_RULES}


@cache
def _wordings() -> Mapping[str, Mapping[str, Words]]:
    cells = {rule.code: rule.wording for rule in CELL_RULES}
    return cells | {rule.code: rule.wording for rule in TABLE_RULES}


@cache
def _sentence(rule: str, reason: str, lang: Lang) -> Sentence:
    own = _wordings()[rule]
    found = (own.get(reason) or DOUBTS.get(reason) or own[""])[lang]
    if lang == "fr":
        return Sentence(typeset(found.message), typeset(found.hint))
    return found
