"""A choice of the schema's list, written with other capitals, accents or separators.

Changes: « Délibération » to `deliberation`, « sous sol » to `sous-sol`.
Cannot be wrong: exactly one choice of the list has these letters, digits and signs; where two
have, neither is taken. Signs (+, -, %) and what stands between digits count. A choice that
merely looks alike is proposed by the rule `suggestion`.
Source: the schema's own list (`enum`).
"""

from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import same_letters
from services.validator.engine.wording.words import words

_MAX = 500


def _propose(ask: Ask) -> Iterator[Candidate]:
    if len(ask.text) > _MAX:
        return
    word = same_letters(ask.text)
    if not any(map(str.isalnum, word)):
        return
    enum = dict.fromkeys(str(choice).strip() for choice in ask.spec.constraints["enum"])
    yield from (Candidate(choice) for choice in enum if same_letters(choice) == word)


RULE = CellRule(
    code="choices",
    title={"fr": "Valeurs d'une liste", "en": "Choices of a list"},
    applies=lambda spec: "enum" in spec.constraints and spec.type in {"string", "any"},
    propose=_propose,
    wording={
        "": words(
            ("« {before} » est écrit comme dans la liste : « {after} ».", ""),
            ('"{before}" is written as in the list: "{after}".', ""),
        ),
    },
)
