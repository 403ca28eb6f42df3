"""Typed values of spreadsheets and Parquet as the texts that a CSV file would hold."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from services.validator.engine.header import clean_label
from services.validator.engine.table import ReadHints

Text = Callable[[Any], str]
_PLAIN = ("true", "false")


def writers(labels: Sequence[str], hints: ReadHints) -> list[Text]:
    """One per column: booleans and dates are written as the schema expects them."""
    found: list[Text] = []
    for label in map(clean_label, labels):
        booleans = hints.booleans.get(label, _PLAIN)
        form = hints.dates.get(label)
        found.append(cell_text if booleans == _PLAIN and form is None else _writer(booleans, form))
    return found


def _writer(booleans: tuple[str, str], form: str | None) -> Text:
    def write(cell: Any) -> str:
        if isinstance(cell, bool):
            return booleans[0] if cell else booleans[1]
        if form is not None and isinstance(cell, date | time):
            return cell.strftime(form)
        return cell_text(cell)

    return write


def cell_text(cell: Any) -> str:
    """Whole numbers without `.0`, dates in ISO, at most the 15 digits a spreadsheet keeps."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, date | time | timedelta):
        return _moment(cell)
    return "" if cell is None else str(cell)


def _moment(cell: date | time | timedelta) -> str:
    if isinstance(cell, timedelta):
        return _clock(cell)
    if isinstance(cell, datetime):
        midnight = cell.time() == time(0)
        return cell.date().isoformat() if midnight else cell.replace(microsecond=0).isoformat()
    return cell.isoformat()


def _clock(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
