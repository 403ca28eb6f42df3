"""Blank rows at the end of the file.

Changes: rows without content after the last row that has some are left out. Blank rows between
others stay: they may stand for something that is missing.
Cannot be wrong: there is nothing in them, and nothing follows.
Source: spreadsheets save every row that was once touched.
"""

from services.validator.engine.repair.rules.rule import TableRule
from services.validator.engine.wording.words import words

RULE = TableRule(
    code="blank-rows",
    title={"fr": "Lignes vides à la fin", "en": "Blank rows at the end"},
    find=lambda _situation: iter(()),
    wording={
        "": words(
            ("La ligne {line}, vide, à la fin du fichier, est retirée.", ""),
            ("Line {line}, blank, at the end of the file, is removed.", ""),
        ),
    },
)
"""Said row by row while the file is written, not beforehand."""
