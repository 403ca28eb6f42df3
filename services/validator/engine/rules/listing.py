"""What the rules have in common whose values come from a closed list: names or codes of places."""

from collections.abc import Callable, Iterable
from functools import cache

from services.validator.engine.rules.rule import Check, Fault, Parameters, TextJudge, single
from services.validator.engine.suggest import fold, nearest

List = Callable[[int | None], frozenset[str]]
"""The values of a year, of the newest one for None."""

FEW = 400
"""Values among which the most similar one is sought."""

_APOSTROPHES = {ord("\u2019"): "'", ord("\u02bc"): "'"}

COG = "year of the code officiel géographique, or latest (the default)"


@cache
def _by_letters(values: frozenset[str]) -> dict[str, str]:
    """By the letters alone; where two names share them, neither can be proposed."""
    found: dict[str, str] = {}
    for value in sorted(values):
        key = fold(value)
        found[key] = "" if key in found else value
    return found


def listed(values: frozenset[str], *, former: frozenset[str] = frozenset()) -> TextJudge:
    """Exactly one of the values, a typographic apostrophe being an apostrophe."""

    def judge(text: str) -> Fault | None:
        if text in values or text.translate(_APOSTROPHES) in values:
            return None
        if near := _by_letters(values).get(fold(text)):
            return Fault("spelling", fix=near)
        if text in former:
            return Fault("former")
        if (zeros := _zero(text, values)) is not None:
            return Fault("zero", fix=zeros)
        similar = nearest(text, sorted(values)) if len(values) <= FEW else None
        return Fault("unknown", fix=similar if similar and _is_name(text) else None)

    return judge


def _is_name(text: str) -> bool:
    """A code like another code is not that code."""
    return len(fold(text)) > 4 and text.upper() != text


def _zero(text: str, values: Iterable[str]) -> str | None:
    """What a spreadsheet dropped from the beginning of a code."""
    if not (text.isascii() and text.isdigit()):
        return None
    longer = f"0{text}"
    return longer if longer in values else None


def by_year(values: List, former: List | None = None) -> Callable[[Parameters], Check]:
    """The `compile` of a rule with the parameters `column` and `cog`."""

    def compile_check(params: Parameters) -> Check:
        column = params.column("column")
        year = params.year("cog")
        gone = frozenset[str]() if former is None else former(year)
        return single(column, listed(values(year), former=gone))

    return compile_check


def always(values: Callable[[], frozenset[str]]) -> Callable[[Parameters], Check]:
    """The `compile` of a rule whose list does not depend on the year; `cog` is understood."""
    return by_year(lambda _year: values())
