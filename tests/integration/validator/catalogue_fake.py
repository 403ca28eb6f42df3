"""A catalogue that remembers what it is told, and fails every second call when `flaky`."""

import asyncio
import json
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.contracts.catalogue import TableBatch, TableReport, VerdictBatch, VerdictReport


@dataclass
class FakeCatalogue:
    """`verdicts` by resource: the last one taken; `calls` counts, failed ones too."""

    flaky: bool = False
    refuses: bool = False
    calls: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    keys: set[str] = field(default_factory=set)
    verdicts: dict[str, VerdictReport] = field(default_factory=dict)
    tables: dict[str, TableReport] = field(default_factory=dict)
    table_news: asyncio.Event = field(default_factory=asyncio.Event)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/api/catalogue/v1/verdicts", self._verdicts, methods=["POST"]),
                Route("/api/catalogue/v1/tables", self._tables, methods=["POST"]),
            ]
        )

    async def _tables(self, request: Request) -> Response:
        for report in TableBatch.model_validate(json.loads(await request.body())).tables:
            self.tables[str(report.resource_id)] = report
        self.table_news.set()
        return JSONResponse({"recorded": 1})

    async def _verdicts(self, request: Request) -> Response:
        self.calls += 1
        self.keys.add(request.headers.get("authorization", ""))
        if self.refuses:
            return JSONResponse({"detail": "non"}, status_code=403)
        if self.flaky and self.calls % 2:
            return JSONResponse({"detail": "plus tard"}, status_code=503)
        for report in VerdictBatch.model_validate(json.loads(await request.body())).verdicts:
            self.verdicts[str(report.resource_id)] = report
        self.news.set()
        return JSONResponse({"recorded": 1})
