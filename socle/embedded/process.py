"""One child process: how it is described, started, and what it wrote last."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from socle.embedded.accounts import Account

_PR_SET_PDEATHSIG = 1
_KEPT_LOGS = 3


@dataclass(frozen=True, kw_only=True)
class ProcessSpec:
    """A program that the supervisor starts, watches, restarts and stops.

    `env` replaces the environment (None: that of the supervisor). `ready` is asked until it
    answers true; None means ready once started. A `foundation` (PostgreSQL, Valkey) is
    stopped after all that rely on it, one at a time. `orphan_signal` is what the kernel
    sends it when the supervisor is killed (Linux); the default suits programs that are
    safe to kill at any moment.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] | None = None
    cwd: Path = Path("/")
    account: Account | None = None
    ready: Callable[[], Awaitable[bool]] | None = None
    ready_within: timedelta = timedelta(seconds=60)
    before_start: Callable[[], None] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    last_resort: signal.Signals = signal.SIGKILL
    orphan_signal: signal.Signals = signal.SIGKILL
    foundation: bool = False

    def popen_arguments(self, log: Any) -> dict[str, Any]:
        """Arguments common to `subprocess.Popen` and `asyncio.create_subprocess_exec`.

        The child leads its own session: Ctrl-C in the terminal reaches the supervisor alone,
        which then stops the children in order. To be called in the thread that starts the
        child and outlives it, for the kernel ties `orphan_signal` to that thread.
        """
        return {
            "cwd": str(self.cwd),
            "env": None if self.env is None else dict(self.env),
            "stdin": subprocess.DEVNULL,
            "stdout": log,
            "stderr": log,
            "start_new_session": True,
            "preexec_fn": _die_with_parent(self.orphan_signal),
            **(self.account.popen_arguments() if self.account else {}),
        }


def _die_with_parent(orphan_signal: signal.Signals) -> Callable[[], None] | None:
    """What the child does between fork and exec so that it does not outlive a killed parent.

    Runs after the change of account, which would clear the setting. Elsewhere than on
    Linux there is no such call: leftovers are stopped at the next start.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, int(orphan_signal), 0, 0, 0)
        if os.getppid() != parent:  # it died before the call
            os._exit(1)

    return arm


def rotate(log_path: Path, *, limit: int = 5_000_000) -> None:
    """Keep a log of more than `limit` bytes as `.1`, the older ones as `.2` and `.3`."""
    if not log_path.exists() or log_path.stat().st_size <= limit:
        return
    for number in range(_KEPT_LOGS, 0, -1):
        older = log_path.with_name(f"{log_path.name}.{number - 1}") if number > 1 else log_path
        if older.exists():
            older.replace(log_path.with_name(f"{log_path.name}.{number}"))


def last_lines(log_path: Path, count: int = 8, *, since: int = 0) -> str:
    """The end of a log for an error message, from byte `since` on; empty when there is none."""
    try:
        with log_path.open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(since, log.tell() - 8192))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    return "\n".join(line for line in lines[-count:] if line.strip())
