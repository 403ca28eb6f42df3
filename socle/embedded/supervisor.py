"""Starts named child processes, restarts those that die, stops them all in time."""

import asyncio
import contextlib
from pathlib import Path

import structlog

from socle.embedded.child import Child, ChildStatus
from socle.embedded.errors import ChildFailedError
from socle.embedded.leftovers import ProcessRecord, write_records
from socle.embedded.process import ProcessSpec

_log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 15.0
_STEADY = 60.0
"""Seconds of life after which a death is an accident again, not a habit."""
_FIRST_STARTS = 4
_STOP_WITHIN = 7.5
# Then each child may take one and a half seconds more to be made to stop.
_PROGRAMS_WITHIN = 4.0
_FOUNDATION_RESERVE = 2.0


class Supervisor:
    """Child processes in the order they were added. Use from one loop, in the main thread.

    `processes_file` tells the next start and `socle doctor` which processes are ours. Once
    `hurry` is set, `stop` no longer waits for anyone.
    """

    def __init__(
        self, *, logs_dir: Path, processes_file: Path, hurry: asyncio.Event | None = None
    ) -> None:
        self.hurry = hurry or asyncio.Event()
        self._logs_dir = logs_dir
        self._processes_file = processes_file
        self._children: list[Child] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._records: dict[str, ProcessRecord] = {}

    async def add(self, spec: ProcessSpec) -> None:
        """Start a process, return once it is ready; from then on keep it running.

        A start that fails at once is tried a few times: the remains of a crash (shared
        memory, a socket) take a moment to go. Raises `ChildFailedError` with the last lines
        of its log.
        """
        if any(child.spec.name == spec.name for child in self._children):
            raise ValueError(f"There is a child process named {spec.name} already.")
        child = Child(spec, log=self._logs_dir / f"{spec.name}.log")
        self._children.append(child)
        pause = _FIRST_PAUSE
        for attempt in range(1, _FIRST_STARTS + 1):
            await self._start(child)
            try:
                await child.until_ready()
                break
            except ChildFailedError:
                if child.pid is not None or attempt == _FIRST_STARTS:
                    raise
            await asyncio.sleep(pause)
            pause *= 2
        self._keepers.append(asyncio.create_task(self._keep(child), name=f"keep {spec.name}"))

    def status(self) -> list[ChildStatus]:
        """Every child, in the order of the starts."""
        return [child.status() for child in self._children]

    async def stop(self) -> None:
        """Stop everything in reverse order within ten seconds, whatever the children do.

        Programs first, together, for they do not need one another to stop; then the
        foundations one at a time. Repeatable.
        """
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers.clear()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _STOP_WITHIN
        programs = [child for child in reversed(self._children) if not child.spec.foundation]
        foundations = [child for child in reversed(self._children) if child.spec.foundation]
        await asyncio.gather(
            *(child.stop(patience=_PROGRAMS_WITHIN, hurry=self.hurry) for child in programs)
        )
        for position, child in enumerate(foundations, start=1):
            reserve = _FOUNDATION_RESERVE * (len(foundations) - position)
            patience = max(0.5, deadline - loop.time() - reserve)
            await child.stop(patience=patience, hurry=self.hurry)
        self._children.clear()
        self._records.clear()
        with contextlib.suppress(OSError):
            self._processes_file.unlink(missing_ok=True)

    async def _start(self, child: Child) -> None:
        await child.start()
        spec = child.spec
        if child.pid is not None:
            record = ProcessRecord.of(spec.name, child.pid, spec.argv[0], int(spec.stop_signal))
            if record is not None:
                self._records[spec.name] = record
                write_records(self._processes_file, self._records.values())

    async def _keep(self, child: Child) -> None:
        """Restart the child whenever it ends, waiting longer each time it ends soon."""
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        while True:
            started = loop.time()
            code = await child.ended()
            pause = _FIRST_PAUSE if loop.time() - started > _STEADY else pause
            _log.warning("Child process ended", child=child.spec.name, code=code, pause=pause)
            child.state = "waiting"
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            child.restarts += 1
            await self._restart(child)

    async def _restart(self, child: Child) -> None:
        """Start it again until the machine lets us; a slow start (recovery) is not cut short."""
        while True:
            try:
                await self._start(child)
                break
            except ChildFailedError as error:
                _log.warning("Child process not started", child=child.spec.name, error=str(error))
                await asyncio.sleep(_LONGEST_PAUSE)
        try:
            await child.until_ready()
        except ChildFailedError as error:
            _log.warning("Child process not ready", child=child.spec.name, error=str(error))
        else:
            _log.info("Child process restarted", child=child.spec.name, pid=child.pid)
