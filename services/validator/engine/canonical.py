"""One field's values, each written in one way, so that rows of many files can be put together.

ISO dates, a point before the decimals, no sign or zero that says nothing, the schema's first
word for true and for false. What the schema accepts stays accepted: where it asks for another
form (a date `%d/%m/%Y`, a decimal comma), that form stays. What it refuses stays as written.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from services.validator.engine.cells import MEMORABLE, REMEMBERED, Cell, compile_cell
from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.texts import boolean_texts

Canonical = Callable[[str], str | None]
"""From the text of a cell to the text that is kept; None: nothing is said."""

_LONGEST_EXPANSION = 40
"""Decimal exponent beyond which a number stays as it was written."""


def compile_canonical(spec: FieldSpec, place: str) -> Canonical:
    """The writer of a field. Raises `SchemaInvalidError`.

    Its own output passes through unchanged, and reads as the same value.
    """
    judge = compile_cell(spec, place)
    write = _WRITERS[spec.type](spec) if spec.type in _WRITERS else _as_written
    memory: dict[str, str | None] = {}

    def canonical(text: str) -> str | None:
        cell = judge(text)
        if cell.blank:
            return None
        if cell.value is None or cell.problems:
            return cell.text
        written = write(cell)
        if written == cell.text:
            return written
        again = judge(written)
        same = not again.problems and again.value == cell.value
        return written if same else cell.text

    def remembered(text: str) -> str | None:
        if text in memory:
            return memory[text]
        written = canonical(text)
        if len(memory) < REMEMBERED and len(text) <= MEMORABLE:
            memory[text] = written
        return written

    return remembered


def _as_written(cell: Cell) -> str:
    return cell.text


def _number(_spec: FieldSpec) -> Callable[[Cell], str]:
    def write(cell: Cell) -> str:
        number = Decimal(cell.value)
        exponent = number.as_tuple().exponent
        if not isinstance(exponent, int) or not -_LONGEST_EXPANSION < exponent < _LONGEST_EXPANSION:
            return cell.text
        text = format(number, "f")
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return "0" if text == "-0" else text

    return write


def _integer(_spec: FieldSpec) -> Callable[[Cell], str]:
    return lambda cell: str(cell.value) if len(cell.text) <= _LONGEST_EXPANSION else cell.text


def _boolean(spec: FieldSpec) -> Callable[[Cell], str]:
    true, false = boolean_texts(spec)
    return lambda cell: true[0] if cell.value else false[0]


def _moment(_spec: FieldSpec) -> Callable[[Cell], str]:
    def write(cell: Cell) -> str:
        value = cell.value
        if isinstance(value, datetime | time):
            return _zoned(value, cell.text)
        return value.isoformat() if isinstance(value, date) else cell.text

    return write


def _zoned(value: datetime | time, text: str) -> str:
    """A moment that was written without a zone gets none: UTC was only an assumption."""
    told = text.endswith(("Z", "z")) or "+" in text or "-" in text[11:]
    if isinstance(value, time):
        told = text.endswith(("Z", "z")) or "+" in text or "-" in text
    return (value if told else value.replace(tzinfo=None)).isoformat()


_WRITERS: Mapping[str, Callable[[FieldSpec], Callable[[Cell], str]]] = {
    "boolean": _boolean,
    "date": _moment,
    "datetime": _moment,
    "integer": _integer,
    "number": _number,
    "time": _moment,
}
