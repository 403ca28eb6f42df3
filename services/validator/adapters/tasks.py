"""What a limited process is asked to do: JSON in, JSON out, whatever the file holds.

Corrections, typed tables, JSON Schemas and packages are loaded when they are asked for: most
files are tables, and a person at a shell waits for every module.
"""

import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from services.validator.adapters.files import check_file, preview_file, read_excerpt, read_rows
from services.validator.engine.result import Result
from services.validator.engine.validation import Options, Preview, Target

Request = dict[str, Any]
Answer = Mapping[str, Any]


def perform(request: Request) -> Answer:
    """The answer; `failed` names a wording of the outcome of that name."""
    try:
        return _TASKS[request["do"]](request, Path(request["path"]), request["name"])
    except FileNotFoundError:
        return {"failed": "missing-file"}
    except MemoryError:
        return {"failed": "memory-limit"}
    except Exception:  # noqa: BLE001 - the border of the engine: a defect is said, not hidden
        return {"failed": "defect", "detail": traceback.format_exc(limit=-8)}


def _preview(request: Request, path: Path, name: str) -> Answer:
    names = frozenset(request["names"])
    seen = preview_file(path, name=name, names=names, sheet=request.get("sheet"))
    if isinstance(seen, Result):
        return {"result": seen}
    if isinstance(seen, Preview):
        return {"preview": asdict(seen)}
    return {"package": seen.descriptor, "schemas": seen.schemas}


def _rows(request: Request, path: Path, name: str) -> Answer:
    names = frozenset(request["names"])
    return {"rows": read_rows(path, name=name, names=names, limit=request["limit"])}


def _excerpt(request: Request, path: Path, name: str) -> Answer:
    rows = read_excerpt(
        path,
        name=name,
        names=frozenset(request["names"]),
        wanted=frozenset(request["wanted"]),
        sheet=request.get("sheet"),
    )
    return {"excerpt": rows}


def _tabulate(request: Request, path: Path, name: str) -> Answer:
    tabulate_into = import_module("services.validator.adapters.tabulating").tabulate_into
    target = request["target"]
    table = tabulate_into(
        path,
        name=name,
        descriptor=target and target["descriptor"],
        names=frozenset(request["names"]),
        max_rows=request["max_rows"],
        sink=Path(request["sink"]),
    )
    return {"table": table and table.to_json()}


def _validate(request: Request, path: Path, name: str) -> Answer:
    options = Options(**request["options"])
    return {"result": check_file(path, name=name, target=_target(request), options=options)}


def _correct(request: Request, path: Path, name: str) -> Answer:
    correct = import_module("services.validator.adapters.correcting").correct
    sink = Path(request["sink"])
    correction = correct(path, name, _target(request), request["options"], sink)
    return {"correction": correction.to_json()}


def _target(request: Request) -> Target:
    return Target.from_json(request["target"])


_TASKS: Mapping[str, Callable[[Request, Path, str], Answer]] = {
    "preview": _preview,
    "rows": _rows,
    "excerpt": _excerpt,
    "tabulate": _tabulate,
    "validate": _validate,
    "correct": _correct,
}
