"""Lists as CSV: UTF-8 with a byte order mark, so that a town hall's spreadsheet opens them."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from services.catalogue.models.wording import Language, wording

_ROWS_AT_ONCE = 200
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def wants_csv(request: Request) -> bool:
    """Whether the first type that is accepted is CSV."""
    return request.headers.get("accept", "").partition(",")[0].strip().startswith("text/csv")


def named_columns(header: Sequence[str], language: Language) -> list[str]:
    """The columns of a list of ours, named for the reader; a verdict keeps its code."""
    words = wording(language)
    return [words.get(f"column.{name}", name) for name in header]


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """A short table."""
    content = "\ufeff" + _lines([header]) + _lines(rows)
    return Response(content, media_type="text/csv; charset=utf-8", headers=_disposition(name))


def csv_stream(
    name: str,
    header: Sequence[str],
    rows: AsyncIterable[Sequence[Any]],
    *,
    spreadsheet: bool = True,
) -> StreamingResponse:
    """A table of any length. Not for a `spreadsheet`: each cell exactly as it is, no mark."""

    async def lines() -> AsyncIterator[str]:
        waiting = [header]
        if spreadsheet:
            yield "\ufeff"
        async for row in rows:
            waiting.append(row)
            if len(waiting) >= _ROWS_AT_ONCE:
                yield _lines(waiting, spreadsheet=spreadsheet)
                waiting = []
        yield _lines(waiting, spreadsheet=spreadsheet)

    return StreamingResponse(
        lines(), media_type="text/csv; charset=utf-8", headers=_disposition(name)
    )


def _disposition(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}


def _lines(rows: Iterable[Sequence[Any]], *, spreadsheet: bool = True) -> str:
    text = io.StringIO()
    written = [[_cell(value) for value in row] for row in rows] if spreadsheet else rows
    csv.writer(text).writerows(written)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """The value; text that a spreadsheet would run as a formula begins with an apostrophe."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return f"'{value}"
    return "" if value is None else value
