"""Lists as CSV: UTF-8 with a byte order mark, so that a town hall's spreadsheet opens them."""

import csv
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from fastapi.routing import APIRoute
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.catalogue.models.wording import Language, wording

_ROWS_AT_ONCE = 200
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class CsvByAccept:
    """Whoever accepts CSV first gets, at the address of a list, what its `.csv` address answers:
    each list is written once. Pure ASGI, so that streamed answers stay streams.
    """

    def __init__(self, app: ASGIApp, prefix: str, routers: Iterable[APIRouter]) -> None:
        self._app = app
        self._prefix = prefix
        self._lists = [
            route.path_regex
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and route.path.endswith(".csv")
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises nothing of its own."""
        if scope["type"] != "http" or not self._is_list(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def varied_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).add_vary_header("Accept")
            await send(message)

        if _wants_csv(Headers(scope=scope)):
            scope = {**scope, "path": f"{scope['path']}.csv"}
        await self._app(scope, receive, varied_send)

    def _is_list(self, path: str) -> bool:
        if not path.startswith(self._prefix):
            return False
        file = f"{path.removeprefix(self._prefix)}.csv"
        return any(address.match(file) for address in self._lists)


def _wants_csv(headers: Headers) -> bool:
    return headers.get("accept", "").partition(",")[0].strip().startswith("text/csv")


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
    return {"Content-Disposition": f'attachment; filename="{name}.csv"'}


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
