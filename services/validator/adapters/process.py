"""One child process seen from the service: ask, wait, and know how it ended."""

import asyncio
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from services.validator.adapters.frames import LENGTH_BYTES, MAX_MESSAGE, decode, encode
from services.validator.adapters.limits import ChildEnded, EngineLimits, ending

CHILD = "services.validator.adapters.child"
_COMPLAINTS = 4_096
_PASSED_ON = (
    "PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "XDG_CACHE_HOME",
    "SOCLE_ENGINE", "SOCLE_KERNEL_DIR",
)  # fmt: skip


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
            complaints = self._complaints.decode("utf-8", "replace")
            raise ChildEnded(reason, complaints, died=True) from None
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
        answer: dict[str, Any] = decode(await stdout.readexactly(length))
        return answer

    async def _ending(self) -> str:
        return ending(await self._process.wait())
