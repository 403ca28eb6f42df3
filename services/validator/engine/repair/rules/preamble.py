"""Titles above the header.

Changes: lines above the column names are left out.
Cannot be wrong: a CSV file begins with its header; the columns are those that the engine found
there. The first words are listed, so that they can go into the description of the dataset.
Source: RFC 4180 §2.3.
"""

from collections.abc import Iterator

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.rules.rule import Situation, TableRule
from services.validator.engine.wording.words import words


def _find(situation: Situation) -> Iterator[tuple[Change, bool]]:
    for warning in situation.warnings:
        if warning.code == "preamble":
            change = Change(
                RULE.code,
                line=warning.line,
                before=str(warning.params.get("text", "")),
                after="",
                params={"count": warning.params.get("count", 1)},
            )
            yield change, False


RULE = TableRule(
    code="preamble",
    title={"fr": "Lignes au-dessus de l'en-tête", "en": "Lines above the header"},
    find=_find,
    wording={
        "": words(
            ("Lignes au-dessus de l'en-tête retirées : {count} (« {before} »).", ""),
            ('Lines above the header removed: {count} ("{before}").', ""),
        ),
    },
)
