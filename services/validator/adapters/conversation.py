"""The course of one validation, or of a look at the columns alone, apart from who performs its
tasks.

A generator that gives requests and takes answers: a service's pool of processes, the forked
copy of a command line and a test in its own process all follow it.
"""

from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from services.validator.adapters.detection import Detector, package_target, target_of
from services.validator.adapters.files import fingerprint
from services.validator.adapters.limits import ChildEnded, EngineLimits
from services.validator.adapters.tasks import Answer, Request
from services.validator.engine.findings import Finding
from services.validator.engine.result import FileRef, Result
from services.validator.engine.table import UnreadableError
from services.validator.engine.validation import (
    Options,
    Preview,
    Target,
    unreadable,
    without_schema,
)
from services.validator.schemas.match import MatchResult
from services.validator.schemas.model import Schema

_SMALL = 64 << 20
_PACKAGE = "C'est un paquet de données : il dit lui-même quels schémas il suit."

Conversation = Generator[Request, Answer, Result]
Found = TypeVar("Found")


def validation(
    path: Path, name: str, schema: Schema | None, detector: Detector | None, options: Options
) -> Conversation:
    """Recognise the schema if none is given, then check. Raises `ChildEnded` for what failed."""
    asked = {"path": str(path), "name": name}
    target: Target | None
    if schema is not None:
        target = target_of(schema)
    else:
        answer = yield _first_look(path, name, detector, options.sheet)
        if "package" in answer:
            register = detector.register if detector else None
            target = package_target(answer["package"], answer["schemas"], register)
        elif "preview" in answer:
            target, detection = _sought(detector, answer["preview"])
            if target is None:
                return without_schema(fingerprint(path), detection)
        else:
            return _result(answer)
    answer = yield {
        "do": "validate", **asked, "target": target.to_json(), "options": dict(vars(options))
    }  # fmt: skip
    return _result(answer)


def matching(
    path: Path, name: str, detector: Detector
) -> Generator[Request, Answer, MatchResult | Result]:
    """Recognise the schema and no more; for a file without columns, the result that says why it
    has none. Raises `ChildEnded` for what failed.
    """
    answer = yield _first_look(path, name, detector, None)
    if "package" in answer:
        return MatchResult(None, None, _PACKAGE)
    if "preview" in answer:
        return detector.match(_preview(answer["preview"]))
    return _result(answer)


def follow(
    conversation: Generator[Request, Answer, Found], perform: Callable[[Request], Answer]
) -> Found:
    """Hold a conversation where each task is performed at once."""
    request = next(conversation)
    try:
        while True:
            request = conversation.send(perform(request))
    except StopIteration as end:
        found: Found = end.value
        return found


def failed(path: Path, ended: ChildEnded, limits: EngineLimits) -> Result:
    """The result of a validation that came to no end of its own.

    The native reader of Parquet ends its process over a damaged page: that is the file's doing.
    """
    if ended.died and ended.reason != "time-limit" and _is_small_parquet(path):
        return unreadable(fingerprint(path), UnreadableError("damaged-parquet"))
    shown = {
        "time-limit": round(min(limits.wall_seconds, limits.cpu_seconds)),
        "memory-limit": limits.memory >> 20,
    }
    params = {"limit": shown[ended.reason]} if ended.reason in shown else {}
    cause = Finding("failed", ended.reason, params=params)
    try:
        file = fingerprint(path)
    except OSError:
        file = FileRef()
    return Result("failed", file=file, cause=cause)


def _is_small_parquet(path: Path) -> bool:
    """A sound one of this size fits the memory of a process many times over."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) == b"PAR1" and path.stat().st_size <= _SMALL
    except OSError:
        return False


def _result(answer: Answer) -> Result:
    if "failed" in answer:
        raise ChildEnded(answer["failed"], answer.get("detail", ""))
    found = answer["result"]  # of this process, or as another has written it
    return found if isinstance(found, Result) else Result.from_json(found)


def _sought(
    detector: Detector | None, seen: Mapping[str, Any]
) -> tuple[Target | None, Mapping[str, Any]]:
    if detector is None:
        return None, {}
    return detector.target(_preview(seen))


def _first_look(
    path: Path, name: str, detector: Detector | None, sheet: str | int | None
) -> Request:
    names = sorted(detector.names) if detector else []
    return {"do": "preview", "path": str(path), "name": name, "names": names, "sheet": sheet}


def _preview(seen: Mapping[str, Any]) -> Preview:
    return Preview(tuple(seen["labels"]), tuple(map(tuple, seen["rows"])), seen["document"])
