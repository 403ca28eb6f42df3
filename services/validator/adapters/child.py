"""The process that validates: `python -m services.validator.adapters.child LIMITS`.

It reads requests on standard input and answers on standard output, under limits that the
kernel keeps: address space, CPU time per task, no core dump, no file written beyond its
share. It ends when its input does, so it never outlives the service. It imports the engine
and nothing else.
"""

import json
import os
import resource
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from services.validator.adapters.acceleration import preload
from services.validator.adapters.files import (
    check_file,
    correct_into,
    preview_file,
    read_excerpt,
    read_rows,
    tabulate_into,
)
from services.validator.adapters.frames import encode, read
from services.validator.engine.repair import RepairOptions
from services.validator.engine.result import Result, SchemaRef
from services.validator.engine.validation import Options, Target


def _limit(memory: int, output: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))


def _limit_cpu(seconds: int) -> None:
    """Time is counted for the life of a process: the limit moves on with each task."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    try:
        return _work(request, Path(request["path"]), request["name"])
    except FileNotFoundError:
        return {"failed": "missing-file"}
    except MemoryError:
        return {"failed": "memory-limit"}
    except Exception:  # noqa: BLE001 - the border of the engine: a defect is said, not hidden
        return {"failed": "defect", "detail": traceback.format_exc(limit=-8)}


def _look(request: dict[str, Any], path: Path, name: str) -> dict[str, Any]:
    """Rows of the file as they are, checked against nothing."""
    names = frozenset(request["names"])
    if request["do"] == "rows":
        return {"rows": read_rows(path, name=name, names=names, limit=request["limit"])}
    sheet = request.get("sheet")
    if request["do"] == "excerpt":
        wanted = frozenset(request["wanted"])
        return {"excerpt": read_excerpt(path, name=name, names=names, wanted=wanted, sheet=sheet)}
    seen = preview_file(path, name=name, names=names, sheet=sheet)
    if isinstance(seen, Result):
        return {"result": seen.to_json()}
    return {"preview": {"labels": seen.labels, "rows": seen.rows}}


def _work(request: dict[str, Any], path: Path, name: str) -> dict[str, Any]:
    if request["do"] in {"preview", "rows", "excerpt"}:
        return _look(request, path, name)
    target = request["target"]
    if request["do"] == "tabulate":
        table = tabulate_into(
            path,
            name=name,
            descriptor=target and target["descriptor"],
            names=frozenset(request["names"]),
            max_rows=request["max_rows"],
            sink=Path(request["sink"]),
        )
        return {"table": table and table.to_json()}
    if request["do"] == "correct":
        aim = Target(**{**target, "ref": SchemaRef(**target["ref"])})
        options = RepairOptions(**request["options"])
        sink = Path(request["sink"])
        correction = correct_into(path, name=name, target=aim, options=options, sink=sink)
        return {"correction": correction.to_json()}
    result = check_file(
        path,
        name=name,
        target=Target(**{**target, "ref": SchemaRef(**target["ref"])}),
        options=Options(**request["options"]),
    )
    return {"result": result.to_json()}


def serve(requests: BinaryIO, answers: BinaryIO, cpu_seconds: int) -> None:
    """Answer until the input ends, or until memory ran out: what is left then is unsound."""
    while (request := read(requests)) is not None:
        _limit_cpu(cpu_seconds)
        answer = _answer(request)
        answers.write(encode(answer))
        answers.flush()
        if answer.get("failed") == "memory-limit":
            return


def main() -> None:
    """Keeps the answers' pipe to itself: whatever a library prints goes to stderr."""
    limits = json.loads(sys.argv[1])
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if limits["preload"]:
        preload()
    _limit(limits["memory"], limits["output"])
    with answers:
        serve(sys.stdin.buffer, answers, limits["cpu_seconds"])


if __name__ == "__main__":
    main()
