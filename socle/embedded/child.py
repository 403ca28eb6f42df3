"""A child process under the supervisor: started, awaited until ready, ended in good time."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

import structlog

from socle.embedded.errors import ChildFailedError
from socle.embedded.process import ProcessSpec, last_lines, rotate

_log = structlog.get_logger()


@dataclass(frozen=True)
class ChildStatus:
    """What is known of a child: `starting`, `running`, `waiting` (to be restarted), `stopped`."""

    name: str
    state: str
    pid: int | None
    restarts: int
    log: Path


class Child:
    """One `ProcessSpec` and the process that now runs it, if any."""

    def __init__(self, spec: ProcessSpec, *, log: Path) -> None:
        self.spec = spec
        self.log = log
        self.state = "stopped"
        self.restarts = 0
        self._process: asyncio.subprocess.Process | None = None
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """Process number while it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def status(self) -> ChildStatus:
        """A snapshot."""
        return ChildStatus(self.spec.name, self.state, self.pid, self.restarts, self.log)

    async def start(self) -> None:
        """Start the process; raises `ChildFailedError` when the machine refuses."""
        self.state = "starting"
        try:
            if self.spec.before_start:
                self.spec.before_start()
            rotate(self.log)
            with self.log.open("ab") as log:
                self._log_start = log.tell()
                self._process = await asyncio.create_subprocess_exec(
                    *self.spec.argv, **self.spec.popen_arguments(log)
                )
        except OSError as error:
            self.state = "stopped"
            raise ChildFailedError(
                f"« {self.spec.name} » ne peut pas être lancé : {error.strerror} "
                f"({error.filename or self.spec.argv[0]})."
            ) from error

    async def until_ready(self) -> None:
        """Wait until it is ready; raises `ChildFailedError` if it ends or stays silent."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.spec.ready_within.total_seconds()
        pause = 0.02
        while not (self.spec.ready is None or await self.spec.ready()):
            if self.pid is None:
                raise ChildFailedError(self._sentence("s’est arrêté avant d’être prêt"))
            if loop.time() > deadline:
                seconds = int(self.spec.ready_within.total_seconds())
                raise ChildFailedError(self._sentence(f"n’est pas prêt après {seconds} s"))
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.5)
        self.state = "running"

    def _sentence(self, fault: str) -> str:
        lines = last_lines(self.log, since=self._log_start)
        code = self._process.returncode if self._process else None
        return (
            f"« {self.spec.name} » {fault}"
            + (f" (code {code})" if code is not None else "")
            + (f". Dernières lignes de {self.log} :\n{lines}" if lines else f". Voir {self.log}.")
        )

    async def ended(self) -> int:
        """Wait for its end; the exit code, negative for a signal.

        What it left in its process group (children of a killed worker) is ended too.
        """
        assert self._process is not None  # noqa: S101 - only called once started
        code = await self._process.wait()
        self.state = "stopped"
        self._signal_group(signal.SIGKILL)
        return code

    async def stop(self, *, patience: float, hurry: asyncio.Event) -> None:
        """Ask it to stop, insist after `patience` seconds or once `hurry` is set, then kill.

        A foundation, hurried or not, has one more second to leave its data in order.
        """
        if self._process is None:
            return
        end = asyncio.ensure_future(self.ended())
        try:
            self._signal(self.spec.stop_signal)
            if await _either(end, hurry, patience):
                return
            if self.spec.foundation and await _either(end, None, 1.0):
                return
            _log.warning("Child process does not stop", child=self.spec.name, pid=self.pid)
            self._signal(self.spec.last_resort)
            if not await _either(end, None, 0.5):
                self._signal_group(signal.SIGKILL)
                self._signal(signal.SIGKILL)
                await end
        finally:
            end.cancel()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _signal_group(self, number: signal.Signals) -> None:
        # PostgreSQL ends its own processes, which have sessions of their own.
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


async def _either(end: "asyncio.Future[int]", hurry: asyncio.Event | None, patience: float) -> bool:
    """Wait for the end, the hurry or the end of patience; whether the process ended."""
    waiting: set[asyncio.Future[object]] = {end}  # type: ignore[arg-type]
    hurried = asyncio.ensure_future(hurry.wait()) if hurry is not None else None
    if hurried is not None:
        waiting.add(hurried)  # type: ignore[arg-type]
    await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
    if hurried is not None:
        hurried.cancel()
    return end.done()
