"""Compile the accept kernel beside the work: `python -m services.validator.adapters.warming`.

Compiling takes ten seconds of one processor and two hundred megabytes, once for a machine; a
process of its own gives them back. Until it has ended, the exact checks do the work.
"""

import asyncio
import contextlib
import os
import sys

import structlog

from services.validator.adapters.acceleration import is_warm, warm_kernel

_log = structlog.get_logger("validator.engine")
_POLITE = 10


async def warm_apart() -> None:
    """Wait until the kernel is compiled, if it can be. Cancelling ends the process."""
    if await asyncio.to_thread(is_warm):
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.validator.adapters.warming",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        _, complaint = await process.communicate()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        # Slower, never wrong: worth a line in the log, no more.
        _log.warning("Kernel not compiled", detail=complaint.decode("utf-8", "replace")[-500:])


if __name__ == "__main__":
    os.nice(_POLITE)
    warm_kernel()
