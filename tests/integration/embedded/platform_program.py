"""Serves a data folder until a signal, as `socle up` does: the program the tests kill.

Usage: platform_program.py DATA_DIR [SYSTEM_DIR]. Prints one JSON line once ready:
`{"database_url", "redis_url", "told", "children": {name: pid}}`, or `{"refused": sentence}`.
With DEAF_CHILD in the environment it also runs a program that ignores SIGTERM, as a worker
in a long computation may.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

from socle.embedded.errors import EmbeddedError
from socle.embedded.platform import Platform
from socle.embedded.process import ProcessSpec
from socle.embedded.signals import StopSignals

_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)"


async def serve(data_dir: Path, system_dir: Path) -> None:
    told: list[str] = []
    async with StopSignals() as signals:
        platform = Platform(
            data_dir=data_dir, system_dir=system_dir, tell=told.append, hurry=signals.hurry
        )
        async with platform:
            if os.environ.get("DEAF_CHILD"):
                argv = (sys.executable, "-c", _DEAF)
                await platform.supervisor.add(ProcessSpec(name="sourd", argv=argv))
            answer = {
                "database_url": platform.database_url,
                "redis_url": platform.redis_url,
                "told": told,
                "children": {child.name: child.pid for child in platform.supervisor.status()},
            }
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        folder = Path(sys.argv[1])
        asyncio.run(serve(folder, Path(sys.argv[2]) if sys.argv[2:] else folder / "system"))
    except EmbeddedError as error:
        sys.stdout.write(json.dumps({"refused": error.message}) + "\n")
