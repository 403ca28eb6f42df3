"""Processes that a killed supervisor left behind: known by a note, stopped before a start.

On Linux the kernel ends them with their parent; elsewhere, and while they are still
shutting down, this is what keeps two servers off the same data.
"""

import contextlib
import json
import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from socle.embedded.datafolder import write_private
from socle.embedded.errors import EmbeddedError

# psutil derives the start time from the boot time, which a correction of the clock moves.
_CLOCK_TOLERANCE = 5.0


@dataclass(frozen=True)
class ProcessRecord:
    """A child process as noted at its start. `started` is in seconds since 1970."""

    name: str
    pid: int
    started: float
    program: str
    stop_signal: int

    @classmethod
    def of(cls, name: str, pid: int, program: str, stop_signal: int) -> "ProcessRecord | None":
        """Note a process that was just started; None when it is gone already."""
        try:
            return cls(name, pid, psutil.Process(pid).create_time(), program, stop_signal)
        except psutil.NoSuchProcess:
            return None

    def process(self) -> psutil.Process | None:
        """The live process, or None: ended, or its number now belongs to another one."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < _CLOCK_TOLERANCE
            ours = self.program in process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return None
        return process if same and ours and is_alive(process) else None


def write_records(path: Path, records: Iterable[ProcessRecord]) -> None:
    """Replace the note."""
    write_private(path, json.dumps([asdict(record) for record in records], indent=2))


def read_records(path: Path) -> list[ProcessRecord]:
    """The note in the order of the starts; empty when there is none or it is unreadable."""
    try:
        return [ProcessRecord(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def stop_leftovers(records: Sequence[ProcessRecord], *, patience: float = 10.0) -> list[str]:
    """Stop what still runs, last started first; the names of what was found alive.

    Each has `patience` seconds to end in good order before it is killed. Raises
    `EmbeddedError` when one survives even that.
    """
    found = []
    for record in reversed(records):
        process = record.process()
        if process is None:
            continue
        found.append(record.name)
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.Signals(record.stop_signal))
        if not _ended(process, patience):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(record.pid, signal.SIGKILL)
            if not _ended(process, 5.0):
                raise EmbeddedError(
                    f"Le processus {record.pid} ({record.name}), resté d’un arrêt brutal, ne se "
                    "laisse pas arrêter. Arrêtez-le vous-même puis recommencez."
                )
    return found


def _ended(process: psutil.Process, patience: float) -> bool:
    """Whether it ends in time. A zombie has: in a container nobody may ever collect it."""
    deadline = time.monotonic() + patience
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(process: psutil.Process) -> bool:
    """Whether the process runs: neither gone, nor replaced by another, nor a zombie."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
