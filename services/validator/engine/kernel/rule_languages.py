"""What the custom checks of the engine surely accept, in terms that the kernel runs."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from services.validator.engine.cells import Cell
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import Automaton, Unsupported, literals
from services.validator.engine.kernel.pattern import compile_language
from services.validator.engine.rules import BoundCheck
from services.validator.engine.rules.nomenclature_actes_value import SUBJECTS

_YEARS = range(1990, 2061)
_ORDERS = {
    (True, False, False): at.LESS,
    (True, True, False): at.LESS_EQUAL,
    (False, True, False): at.EQUAL,
    (False, True, True): at.GREATER_EQUAL,
    (False, False, True): at.GREATER,
}


def is_single(check: BoundCheck) -> bool:
    """Whether the check reads one column, and only when its cell is sound."""
    return len(check.positions) == 1 and check.check.needs == "sound"


def accepts(check: BoundCheck, text: str) -> bool:
    """What a check of one column says of a text."""
    return check.check.judge([Cell(text, text, blank=False)]) is None


def language(check: BoundCheck) -> Automaton:
    """What a check of one column surely accepts. Raises `Unsupported`."""
    make = _LANGUAGES.get(check.rule.code)
    if make is None:
        raise Unsupported(check.rule.code)
    return make(check)


def kind(check: BoundCheck) -> int:
    """The kernel's kind of a check of several columns; `ASK` when it has none."""
    if None in check.positions or len(check.positions) > at.RULE_COLUMNS:
        return at.ASK
    if check.rule.code == "compare-columns-value":
        return _order(check)
    return _KINDS.get(check.rule.code, at.ASK)


def _order(check: BoundCheck) -> int:
    """Which comparison it is, asked of the check itself."""
    one, two = (Cell(text, Decimal(text), blank=False) for text in ("1", "2"))
    pairs = ((one, two), (one, one), (two, one))
    held = tuple(check.check.judge(pair) is None for pair in pairs)
    return _ORDERS.get((held[0], held[1], held[2]), at.ASK)


def luhn_digits(check: BoundCheck) -> int:
    """How many digits the check wants, of which the last one is their key; 0 for none."""
    return _KEYED.get(check.rule.code, 0)


def _years(check: BoundCheck) -> Automaton:
    return literals({text: at.FILLED for text in _written_years() if accepts(check, text)})


def _written_years() -> Iterator[str]:
    for year in _YEARS:
        yield f"{year}"
        yield f"{year}/{year + 1}"


def _acts(check: BoundCheck) -> Automaton:
    subjects = "|".join(subject for subject in SUBJECTS if accepts(check, subject))
    return compile_language(rf"(?:{subjects})(?:/[A-Za-zÀ-ÿ'-](?:[A-Za-zÀ-ÿ' -]*[A-Za-zÀ-ÿ'-])?)?")


_LANGUAGES: Mapping[str, Callable[[BoundCheck], Automaton]] = {
    "french-siren-value": lambda _check: compile_language("[0-9]{9}"),
    "french-siret-value": lambda _check: compile_language("[0-9]{14}"),
    "nomenclature-actes-value": _acts,
    "year-interval-value": _years,
}
_KEYED = {"french-siren-value": 9, "french-siret-value": 14}
_KINDS = {
    "cohesive-columns-value": at.COHESIVE,
    "one-of-required": at.EITHER,
    "sum-columns-value": at.SUM,
}
