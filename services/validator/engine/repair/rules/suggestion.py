"""The value that was probably meant, where no other rule knows.

Changes: nothing. The nearest choice of a list, a web address without `https://`, a text in
another case: what the report itself suggests is proposed here too.
Cannot be wrong: nothing is written; each proposal passes the field's own tests.
Source: the suggestions of the engine.
"""

from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.wording.words import words


def _propose(_ask: Ask) -> Iterator[Candidate]:
    """The suggestion comes with the engine's judgement of the cell."""
    return iter(())


RULE = CellRule(
    code="suggestion",
    title={"fr": "Suggestions", "en": "Suggestions"},
    applies=lambda _spec: False,
    propose=_propose,
    wording={
        "near": words(
            ("« {before} » n'est pas une valeur attendue.", "Peut-être « {after} » ?"),
            ('"{before}" is not an expected value.', 'Perhaps "{after}"?'),
        ),
    },
)
