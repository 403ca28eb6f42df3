"""The limits that the kernel keeps for a process that reads strangers' files."""

import resource
import signal
from dataclasses import dataclass


@dataclass(frozen=True)
class EngineLimits:
    """Of one validation: `memory` bytes of address space, `cpu_seconds`, `wall_seconds`.

    A process is replaced after `tasks` validations. `output`: largest file that it may
    write, in bytes; a validation writes none. `preload`: load the kernel at the start, for
    processes that wait for files.
    """

    memory: int = 1 << 30
    cpu_seconds: int = 120
    wall_seconds: float = 180.0
    tasks: int = 200
    output: int = 0
    preload: bool = False


class ChildEnded(Exception):
    """The process is gone, or gave up; `reason` is a wording of `failed`.

    `died`: it was not stopped and did not give up, native code ended it.
    """

    def __init__(self, reason: str, detail: str = "", *, died: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
        self.died = died


def limit_process(limits: EngineLimits) -> None:
    """For the rest of its life: address space, no core dump, no file beyond its share."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.output, limits.output))


def limit_cpu(seconds: int) -> None:
    """Time is counted for the life of a process: the limit moves on with each task."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def ending(code: int) -> str:
    """Why a process ended, from its exit code (minus the signal).

    Native code that is refused memory aborts; the kernel's own limit kills.
    """
    if code == -signal.SIGXCPU:
        return "time-limit"
    if code in {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGTRAP}:
        return "memory-limit"
    return "crashed"
