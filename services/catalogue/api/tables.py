"""Lists as CSV: UTF-8 with a byte order mark, so that a town hall's spreadsheet opens them."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

_ROWS_AT_ONCE = 200
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def wants_csv(request: Request) -> bool:
    """Whether the first type that is accepted is CSV."""
    return request.headers.get("accept", "").partition(",")[0].strip().startswith("text/csv")


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
