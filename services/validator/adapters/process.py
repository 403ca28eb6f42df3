"""One child process seen from the service: ask, wait, and know how it ended."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

from services.validator.adapters.frames import LENGTH_BYTES, MAX_MESSAGE, encode

CHILD = "services.validator.adapters.child"
_COMPLAINTS = 4_096
_PASSED_ON = (
    "PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "XDG_CACHE_HOME",
    "SOCLE_ENGINE", "SOCLE_KERNEL_DIR",
)  # fmt: skip


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
    """The process is gone; `reason` is a wording of `failed`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


class Child:
    """A process that validates one file at a time."""

    def __init__(self, process: asyncio.subprocess.Process, limits: EngineLimits) -> None:
        self._process = process
        self._limits = limits
        self._tasks = 0
        self._complaints = b""
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, limits: EngineLimits) -> "Child":
        """The environment is reduced: the child needs no secret."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", CHILD,
            json.dumps(asdict(limits)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            start_new_session=True,
        )  # fmt: skip
        return cls(process, limits)

    @property
    def usable(self) -> bool:
        """Alive and not yet worn out."""
        return self._process.returncode is None and self._tasks < self._limits.tasks

    async def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer. Raises `ChildEnded`; the process is then gone, and so after a cancel."""
        self._tasks += 1
        try:
            async with asyncio.timeout(self._limits.wall_seconds):
                return await self._exchange(request)
        except TimeoutError:
            await self.stop()
            raise ChildEnded("time-limit") from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            reason = await self._ending()
            await self._listener
            raise ChildEnded(reason, self._complaints.decode("utf-8", "replace")) from None
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Kill it and wait until the kernel has let go."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()
        await self._listener

    async def _listen(self) -> None:
        """The last words on its error stream tell the operator why it died."""
        stream = self._process.stderr
        while stream is not None and (chunk := await stream.read(_COMPLAINTS)):
            self._complaints = (self._complaints + chunk)[-_COMPLAINTS:]

    async def _exchange(self, request: dict[str, Any]) -> dict[str, Any]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ChildEnded("crashed", "no pipes")
        stdin.write(encode(request))
        await stdin.drain()
        length = int.from_bytes(await stdout.readexactly(LENGTH_BYTES), "big")
        if length > MAX_MESSAGE:
            raise ChildEnded("crashed", "answer too long")
        answer: dict[str, Any] = json.loads(await stdout.readexactly(length))
        return answer

    async def _ending(self) -> str:
        """Native code that is refused memory aborts; the kernel's own limit kills."""
        code = await self._process.wait()
        if code == -signal.SIGXCPU:
            return "time-limit"
        if code in {-signal.SIGABRT, -signal.SIGKILL, -signal.SIGTRAP}:
            return "memory-limit"
        return "crashed"
