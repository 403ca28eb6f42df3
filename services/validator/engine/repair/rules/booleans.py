"""Yes and no, written otherwise than the schema asks.

Changes: oui, non, vrai, faux, yes, no, true, false, 1, 0, 1.0, n, x … to the first of the
field's trueValues or falseValues; the same in a list of two choices that mean yes and no.
Cannot be wrong: each of these words has one meaning. « o » may be a zero typed as a letter:
proposed.
Source: Table Schema, trueValues and falseValues; ticks (x) are usual in French forms.
"""

from collections.abc import Iterator

from services.validator.engine.repair.rules.rule import Ask, Candidate, CellRule
from services.validator.engine.repair.rules.texts import same_letters
from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.texts import boolean_texts
from services.validator.engine.wording.words import words

_YES = frozenset({"oui", "vrai", "true", "yes", "y", "1", "1.0", "1,0", "x", "✓", "✔", "☑"})
_NO = frozenset({"non", "faux", "false", "no", "n", "0", "0.0", "0,0"})
_LETTER_OR_ZERO = "o"


def _choices(spec: FieldSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts for true and for false; none when the field is no matter of yes and no."""
    if spec.type == "boolean":
        return boolean_texts(spec)
    enum = [str(value) for value in spec.constraints.get("enum", ())]
    yes = tuple(value for value in enum if same_letters(value) in _YES)
    no = tuple(value for value in enum if same_letters(value) in _NO)
    return (yes, no) if len(enum) == 2 and yes and no else ((), ())


def _propose(ask: Ask) -> Iterator[Candidate]:
    true, false = _choices(ask.spec)
    if not true or not false or len(ask.text) > 20:
        return
    word = same_letters(ask.text)
    for choice, meaning in (*((text, True) for text in true), *((text, False) for text in false)):
        if same_letters(choice) == word:
            yield Candidate(choice, value=_value(ask.spec, meaning=meaning))
            return
    if word in _YES:
        yield Candidate(true[0], value=_value(ask.spec, meaning=True))
    elif word in _NO:
        yield Candidate(false[0], value=_value(ask.spec, meaning=False))
    elif word == _LETTER_OR_ZERO:
        yield Candidate(true[0], sure=False, reason="letter-o")


def _value(spec: FieldSpec, *, meaning: bool) -> bool | None:
    return meaning if spec.type == "boolean" else None


RULE = CellRule(
    code="booleans",
    title={"fr": "Oui ou non", "en": "Yes or no"},
    applies=lambda spec: bool(_choices(spec)[0]),
    propose=_propose,
    wording={
        "": words(
            ("« {before} » est écrit « {after} ».", ""),
            ('"{before}" is written "{after}".', ""),
        ),
        "letter-o": words(
            (
                "« {before} » est-il un « oui » ou un zéro ?",
                "Si c'est un oui, écrivez « {after} ».",
            ),
            ('Is "{before}" a yes or a zero?', 'If it is a yes, write "{after}".'),
        ),
    },
)
