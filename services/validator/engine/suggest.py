"""The text that would be right, proposed only when it passes the field's own tests.

Suggestions are for a person to read; nothing is changed by them.
"""

import difflib
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.texts import boolean_texts
from services.validator.engine.values.written_dates import read_written_date, read_written_moment

Suggest = Callable[[str], str | None]

_SPACES = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009\u2007"), None)
_FOLDED_ASCII = {code: chr(code).lower() if chr(code).isalnum() else None for code in range(128)}
_YES = frozenset({"oui", "o", "vrai", "true", "t", "yes", "y", "1", "x"})
_NO = frozenset({"non", "n", "faux", "false", "f", "no", "0"})
_NEAR = 0.8
_TELLING = 4
"""Letters from which the beginning of a choice tells which one is meant."""

_MAX_TEXT = 500
_MAX_CHOICES = 2_000
_ALLOWANCE = 2_000
"""Distinct wrong texts of a column for which a right one is sought."""


def fold(text: str) -> str:
    """Without accents, case, punctuation and spaces: what two spellings have in common."""
    if text.isascii():
        return text.translate(_FOLDED_ASCII)
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def nearest(text: str, choices: list[str]) -> str | None:
    """The choice with the same letters, else the only one that begins so, else the most
    similar one, else None.
    """
    return _nearest(text, _folded(choices))


def _folded(choices: list[str]) -> dict[str, str]:
    return {fold(choice): choice for choice in reversed(choices)}


def _nearest(text: str, folded: dict[str, str]) -> str | None:
    wanted = fold(text)
    if not wanted:
        return None
    if wanted in folded:
        return folded[wanted]
    begun = [choice for key, choice in folded.items() if key.startswith(wanted)]
    if len(begun) == 1 and len(wanted) >= _TELLING:
        return begun[0]
    close = difflib.get_close_matches(wanted, list(folded), n=1, cutoff=_NEAR)
    return folded[close[0]] if close else None


def compile_seek(spec: FieldSpec, accepts: Callable[[str], bool]) -> Suggest:
    """The first candidate that the field accepts."""
    enum = _folded([str(value) for value in spec.constraints.get("enum", ())][:_MAX_CHOICES])

    def seek(text: str) -> str | None:
        for candidate in _candidates(text, spec, enum):
            if candidate and candidate != text and accepts(candidate):
                return candidate
        return None

    return seek


def sparing(seek: Suggest) -> Suggest:
    """For the first wrong texts of a column.

    Later ones go without: a column that is wrong throughout must not cost more than the
    check itself, and a report lists no more errors than that. A text has the same suggestion
    however often it is asked for.
    """
    known: dict[str, str | None] = {}

    def suggest(text: str) -> str | None:
        if len(text) > _MAX_TEXT:
            return None
        if text not in known and len(known) < _ALLOWANCE:
            known[text] = seek(text)
        return known.get(text)

    return suggest


def _candidates(text: str, spec: FieldSpec, enum: dict[str, str]) -> Iterator[str]:
    trimmed = text.strip().strip("\u200b\ufeff")
    yield trimmed
    if enum and (near := _nearest(text, enum)) is not None:
        yield near
    yield from _typed(trimmed, spec)
    if spec.constraints.get("pattern"):
        compact = trimmed.translate(_SPACES)
        yield compact
        yield from (compact.upper(), compact.lower(), trimmed.upper(), trimmed.lower())
        yield "".join(
            character for character in compact if character.isascii() and character.isalnum()
        )
        if trimmed.startswith("www."):
            yield f"https://{trimmed}"


def _typed(text: str, spec: FieldSpec) -> Iterator[str]:
    propose = _PROPOSALS.get(spec.type)
    return iter(()) if propose is None else propose(text, spec)


def _numbers(text: str, spec: FieldSpec) -> Iterator[str]:
    compact = text.translate(_SPACES).strip("€%").replace("_", "")
    compact = unicodedata.normalize("NFKC", compact).replace("\u2212", "-")
    yield compact
    point = spec.options.get("decimalChar") or "."
    if compact.count(",") == 1:
        yield compact.replace(",", point)
    if compact.count(",") == 1 and "." in compact:
        yield compact.replace(".", "").replace(",", point)
    if spec.type == "integer":
        whole, _, rest = compact.replace(",", ".").partition(".")
        if not rest.strip("0"):
            yield whole


def _dates(text: str, spec: FieldSpec) -> Iterator[str]:
    day = read_written_date(text)
    if day is None and (moment := read_written_moment(text)) is not None:
        day = moment.date()
    if day is not None:
        yield day.isoformat() if spec.format in {"default", "any"} else day.strftime(spec.format)


def _booleans(text: str, spec: FieldSpec) -> Iterator[str]:
    true, false = boolean_texts(spec)
    wanted = fold(text)
    for choice in (*true, *false):
        if fold(choice) == wanted:
            yield choice
    if wanted in _YES:
        yield true[0]
    if wanted in _NO:
        yield false[0]


def _strings(text: str, spec: FieldSpec) -> Iterator[str]:
    if spec.format == "uri" and ":" not in text:
        yield f"https://{text}"
    if spec.format == "email":
        yield text.removeprefix("mailto:").translate(_SPACES)


def _datetimes(text: str, _spec: FieldSpec) -> Iterator[str]:
    if (moment := read_written_moment(text)) is not None:
        yield moment.isoformat()


def _times(text: str, _spec: FieldSpec) -> Iterator[str]:
    clock = text.lower().replace("h", ":").rstrip(":").rjust(5, "0")
    yield from (clock, f"{clock}:00", f"{clock}:00:00")


def _years(text: str, _spec: FieldSpec) -> Iterator[str]:
    yield from (text.translate(_SPACES), text.removesuffix(".0"))
    if (day := read_written_date(text)) is not None:
        yield str(day.year)


def _months(text: str, _spec: FieldSpec) -> Iterator[str]:
    month, _, year = text.partition("/")
    yield f"{year}-{month.zfill(2)}"


def _points(text: str, _spec: FieldSpec) -> Iterator[str]:
    yield text.strip("[]() ")


_PROPOSALS: Mapping[str, Callable[[str, FieldSpec], Iterator[str]]] = {
    "integer": _numbers,
    "number": _numbers,
    "date": _dates,
    "datetime": _datetimes,
    "time": _times,
    "year": _years,
    "yearmonth": _months,
    "boolean": _booleans,
    "geopoint": _points,
    "string": _strings,
}
