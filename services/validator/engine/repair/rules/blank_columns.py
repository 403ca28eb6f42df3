"""Columns without name or content.

Changes: a column that has neither a name nor a single cell is left out.
Cannot be wrong: there is nothing in it. A column with a name, or with cells, stays.
Source: spreadsheets save every column that was once touched.
"""

from collections.abc import Iterator

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.rules.rule import Situation, TableRule
from services.validator.engine.wording.words import words


def _find(situation: Situation) -> Iterator[tuple[Change, bool]]:
    for position in situation.dropped:
        change = Change(
            RULE.code, row=1, line=situation.label_line, column=position + 1, before="", after=None
        )
        yield change, False


RULE = TableRule(
    code="blank-columns",
    title={"fr": "Colonnes vides", "en": "Blank columns"},
    find=_find,
    wording={
        "": words(
            ("La colonne {column}, sans nom ni contenu, est retirée.", ""),
            ("Column {column}, without name or content, is removed.", ""),
        ),
    },
)
