"""Capitals, where the schema's pattern asks others.

Changes: 2a004 to 2A004, OUI to oui.
Cannot be wrong: no letter changes but in its case, and only one of the two cases is accepted.
Source: the schema's own pattern.
"""

from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.wording.words import words


def _propose(ask: Ask) -> Iterator[Candidate]:
    accepted = [text for text in (ask.text.upper(), ask.text.lower()) if ask.accepts(text)]
    if len(accepted) == 1 and len(accepted[0]) == len(ask.text):
        yield Candidate(accepted[0])


RULE = CellRule(
    code="letter-case",
    title={"fr": "Majuscules et minuscules", "en": "Capitals"},
    applies=lambda spec: spec.type == "string" and "pattern" in spec.constraints,
    propose=_propose,
    wording={
        "": words(
            ("Les majuscules de « {before} » sont corrigées : « {after} ».", ""),
            ('The capitals of "{before}" are mended: "{after}".', ""),
        ),
    },
)
