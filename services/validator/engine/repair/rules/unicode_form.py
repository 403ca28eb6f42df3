"""Accented letters in one character.

Changes: « e » followed by a combining accent, as macOS writes file names, to « é » (NFC).
Cannot be wrong: the two are the same text for Unicode and for the reader.
Source: Unicode Standard Annex 15; W3C, Character Model for the World Wide Web.
"""

from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.wording.words import words


def _propose(_ask: Ask) -> Iterator[Candidate]:
    """Made on every cell before the others, never a matter of candidates."""
    return iter(())


RULE = CellRule(
    code="unicode",
    title={"fr": "Lettres accentuées", "en": "Accented letters"},
    applies=lambda _spec: False,
    propose=_propose,
    wording={
        "": words(
            ("Les accents de « {after} » sont écrits sous leur forme usuelle.", ""),
            ('The accents of "{after}" are written in their usual form.', ""),
        ),
    },
)
