"""One engine in a process of its own, asked and answering by lines of JSON.

Standard library only: the peers' environments import it too.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Request = dict[str, Any]


def serve(
    prepare: Callable[[Request], Any],
    run: Callable[[Request, Any], Any],
    facts: Callable[[Request, Any], Request],
) -> None:
    """Answer until the input ends.

    Only `run` is timed; `prepare` makes the schema ready before it, `facts` reads the result
    after it. The answers' pipe is kept apart from whatever a library prints.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = _answer(request, prepare, run, facts)
        except Exception as error:  # noqa: BLE001 - a peer that crashes is a fact to report
            answer = {"crash": f"{type(error).__name__}: {error}"[:500]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _answer(
    request: Request,
    prepare: Callable[[Request], Any],
    run: Callable[[Request, Any], Any],
    facts: Callable[[Request, Any], Request],
) -> Request:
    ready = prepare(request)
    gc.collect()
    cpus, walls = [], []
    for _ in range(request.get("repeat", 1)):
        wall, cpu = time.perf_counter(), time.process_time()
        result = run(request, ready)
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    times = {
        "cpu": statistics.median(cpus), "least": min(cpus), "wall": statistics.median(walls)
    }  # fmt: skip
    return {**facts(request, result), **times, "peak": peak_memory()}


def peak_memory() -> int:
    """Most bytes that this process ever held at once.

    Not `ru_maxrss`: it remembers the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
