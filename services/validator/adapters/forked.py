"""A validation in a forked, limited copy of this process: for a command line.

A fork costs two milliseconds and nothing to load again; a process of a service, which has
threads, is not to be forked (`process.py` starts fresh ones).
"""

import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from services.validator.adapters.conversation import Conversation, failed, follow
from services.validator.adapters.frames import LENGTH_BYTES, decode, encode
from services.validator.adapters.limits import (
    ChildEnded,
    EngineLimits,
    ending,
    limit_cpu,
    limit_process,
)
from services.validator.adapters.tasks import Answer, Request, perform
from services.validator.engine.result import Result

_BLOCK = 1 << 16


def validate_forked(path: Path, conversation: Conversation, limits: EngineLimits) -> Result:
    """Never raises for anything in the file: limits and crashes are outcomes."""

    def ask(request: Request) -> Answer:
        return ask_forked(request, limits)

    try:
        return follow(conversation, ask)
    except ChildEnded as ended:
        return failed(path, ended, limits)


def ask_forked(
    request: Request, limits: EngineLimits, work: Callable[[Request], Answer] = perform
) -> Answer:
    """The answer of a copy of this process. Raises `ChildEnded`; the copy is then gone."""
    source, sink = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(source)
        _answer(request, limits, work, sink)
    os.close(sink)
    try:
        content = _read(source, time.monotonic() + limits.wall_seconds)
    except BaseException:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    finally:
        os.close(source)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if len(content) < LENGTH_BYTES or code != 0:
        raise ChildEnded(ending(code), died=True)
    answer: Answer = decode(content[LENGTH_BYTES:])
    return answer


def _answer(
    request: Request, limits: EngineLimits, work: Callable[[Request], Answer], sink: int
) -> None:
    """In the copy: whatever happens, it ends here and runs nothing of what was under way."""
    code = 1
    try:
        os.dup2(2, 1)
        limit_process(limits)
        limit_cpu(limits.cpu_seconds)
        with os.fdopen(sink, "wb") as stream:
            stream.write(encode(work(request)))
        code = 0
    finally:
        os._exit(code)


def _read(source: int, deadline: float) -> bytes:
    blocks: list[bytes] = []
    while True:
        ready, _, _ = select.select([source], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise ChildEnded("time-limit")
        block = os.read(source, _BLOCK)
        if not block:
            return b"".join(blocks)
        blocks.append(block)
