"""Validations in child processes with limits, for a service or a command line.

A file that exhausts memory or time, or that crashes a native library, ends its process and
becomes an outcome; the caller is never harmed and never waits on the event loop.
"""

import asyncio
from collections.abc import AsyncIterator, Generator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import structlog

from services.validator.adapters.conversation import (
    Found,
    failed,
    follow,
    matching,
    validation,
)
from services.validator.adapters.detection import Detector
from services.validator.adapters.limits import ChildEnded, EngineLimits
from services.validator.adapters.process import Child
from services.validator.adapters.tasks import Answer, Request, perform
from services.validator.engine.result import Result
from services.validator.engine.validation import DEFAULT_MAX_ERRORS, Options
from services.validator.schemas.match import MatchResult
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister

OutcomeKind = Literal["report", "unreadable", "no-schema", "failed"]


@dataclass(frozen=True)
class Outcome:
    """A result, and which of the four endings it is.

    `report`: checked, valid or not. `unreadable`: not a table. `no-schema`: a table that
    nothing describes. `failed`: a limit, a crash, or a schema that is itself wrong.
    """

    result: Result

    @property
    def kind(self) -> OutcomeKind:
        """The ending."""
        if self.result.no_schema:
            return "no-schema"
        verdict = self.result.verdict
        return "report" if verdict in {"valid", "invalid"} else verdict  # type: ignore[return-value]


class EngineRunner:
    """A small pool of warm processes; use it as an async context manager, or `close` it.

    Processes start at first use. Safe for any number of concurrent `validate` calls:
    `processes` of them run, the others wait.
    """

    def __init__(self, limits: EngineLimits | None = None, processes: int = 1) -> None:
        self._limits = limits or EngineLimits()
        self._slots = asyncio.Semaphore(processes)
        self._idle: list[Child] = []
        self._detectors: dict[int, Detector] = {}
        self._log = structlog.get_logger("validator.engine")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the idle processes. Validations under way must have ended before."""
        while self._idle:
            await self._idle.pop().stop()

    async def validate(
        self,
        path: Path,
        *,
        name: str,
        schema: Schema | None,
        candidates: SchemaRegister | None = None,
        max_errors: int = DEFAULT_MAX_ERRORS,
        ignore_header_case: bool = False,
        sheet: str | int | None = None,
    ) -> Outcome:
        """Check the file. Without `schema` the one that fits is sought in `candidates`.

        `name` is what the user calls the file: its extension counts. `sheet` is the wanted
        table of a file that has several, by name or by number from 1. Never raises for
        anything in the file; cancelling it kills the process at once.
        """
        options = Options(max_errors, ignore_header_case, sheet)
        detector = None
        if schema is None and candidates is not None:
            detector = await self._detector(candidates)
        return Outcome(await self._hold(validation(path, name, schema, detector, options), path))

    async def match(
        self, path: Path, *, name: str, candidates: SchemaRegister
    ) -> MatchResult | Result:
        """Which schema the columns and first rows of the file tell; the rest of it is not read.

        The result of a validation where there are no columns: no table, or beyond the limits.
        """
        return await self._hold(matching(path, name, await self._detector(candidates)), path)

    async def rows(
        self, path: Path, *, name: str, names: frozenset[str], limit: int
    ) -> list[list[str]]:
        """The labels, then at most `limit` rows, as texts.

        Nothing when the file is no table or exceeds the limits. `names` are column names of
        its schema, evidence for the header row.
        """
        asked = {"do": "rows", "path": str(path), "name": name, "limit": limit}
        async with self._hired() as child:
            try:
                answer = await child.ask({**asked, "names": sorted(names)})
            except ChildEnded as ended:
                self._log.error("Reading rows failed", reason=ended.reason, detail=ended.detail)
                return []
        rows: list[list[str]] = answer.get("rows", [])
        return rows

    async def excerpt(
        self,
        path: Path,
        *,
        name: str,
        names: frozenset[str],
        wanted: frozenset[int],
        sheet: str | None = None,
    ) -> Mapping[str, Any]:
        """`labels`, their `line`, and the wanted `rows`, numbered as in a report.

        Empty when the file is no table or exceeds the limits.
        """
        request = {
            "do": "excerpt",
            "path": str(path),
            "name": name,
            "names": sorted(names),
            "wanted": sorted(wanted),
            "sheet": sheet,
        }
        async with self._hired() as child:
            try:
                answer = await child.ask(request)
            except ChildEnded as ended:
                self._log.error("Reading rows failed", reason=ended.reason, detail=ended.detail)
                return {}
        excerpt: Mapping[str, Any] = answer.get("excerpt", {})
        return excerpt

    @asynccontextmanager
    async def _hired(self) -> AsyncIterator[Child]:
        async with self._slots:
            child = await self._child()
            try:
                yield child
            finally:
                if child.usable:
                    self._idle.append(child)
                else:
                    await child.stop()

    async def _child(self) -> Child:
        while self._idle:
            child = self._idle.pop()
            if child.usable:
                return child
            await child.stop()
        return await Child.start(self._limits)

    async def _hold(
        self, conversation: Generator[Request, Answer, Found], path: Path
    ) -> Found | Result:
        """As `follow`, with a process that answers in its own time, or not."""
        request = next(conversation)
        async with self._hired() as child:
            try:
                while True:
                    request = conversation.send(await child.ask(request))
            except StopIteration as end:
                found: Found = end.value
                return found
            except ChildEnded as ended:
                self._log.error("Validation failed", reason=ended.reason, detail=ended.detail)
                return await asyncio.to_thread(failed, path, ended, self._limits)

    async def _detector(self, register: SchemaRegister) -> Detector:
        """One per register, built anew when the register has changed."""
        known = self._detectors.get(id(register))
        if known is None or known.revision != register.revision():
            known = await asyncio.to_thread(Detector, register)
            self._detectors[id(register)] = known
        return known


def validate_file(
    path: Path,
    *,
    name: str | None = None,
    schema: Schema | None = None,
    candidates: SchemaRegister | None = None,
    max_errors: int = DEFAULT_MAX_ERRORS,
) -> Result:
    """The same in this process, without limits: for tests and trusted files.

    Raises `ChildEnded` for what would be `failed`.
    """
    called = path.name if name is None else name
    detector = Detector(candidates) if candidates is not None and schema is None else None
    return follow(validation(path, called, schema, detector, Options(max_errors)), perform)


def match_file(path: Path, *, candidates: SchemaRegister) -> MatchResult | Result:
    """`EngineRunner.match` likewise. Raises `ChildEnded`."""
    return follow(matching(path, path.name, Detector(candidates)), perform)
