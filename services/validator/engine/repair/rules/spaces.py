"""Spaces around a value, and spaces that do not look like what they are.

Changes: spaces, tabs, line ends and invisible characters at both ends of a cell; inside a cell
that the schema refuses, no-break spaces, doubled spaces and invisible characters.
Cannot be wrong: nothing that can be seen changes, and what was right stays right with the same
value. Inside a cell that the schema accepts nothing is touched: « 12 h » wants its no-break
space.
Source: SCDL's advice that a cell holds its value and nothing else.
"""

from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import visible
from services.validator.engine.wording.words import words


def _propose(ask: Ask) -> Iterator[Candidate]:
    yield Candidate(visible(ask.text))


RULE = CellRule(
    code="spaces",
    title={"fr": "Espaces", "en": "Spaces"},
    applies=lambda _spec: True,
    propose=_propose,
    wording={
        "": words(
            ("Les espaces en trop de « {before} » sont retirés.", ""),
            ('The stray spaces of "{before}" are removed.', ""),
        ),
    },
)
