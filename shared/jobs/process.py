"""A worker as a process: until SIGTERM or SIGINT."""

import asyncio
import signal

from shared.jobs.worker import Worker


async def serve(worker: Worker) -> None:
    """Run until SIGTERM or SIGINT, then stop in good order (see `Worker.run`)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await worker.run(stop)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
