"""Which schema a file follows, for a caller who wants to know that and no more."""

import asyncio
import tempfile
from pathlib import Path

from services.validator.adapters.run import EngineRunner
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import Result
from services.validator.schemas.match import MatchResult
from services.validator.schemas.register import SchemaRegister


async def match_content(
    content: bytes, *, name: str, engine: EngineRunner, register: SchemaRegister
) -> MatchResult:
    """The opinion of the register on the columns of a file, of which nothing is kept; the
    extension of `name` counts. Of what has no columns it says why.
    """
    with tempfile.TemporaryDirectory(prefix="socle-") as folder:
        path = Path(folder) / "file"
        await asyncio.to_thread(path.write_bytes, content)
        found = await engine.match(path, name=name, candidates=register)
    if isinstance(found, Result):
        return MatchResult(None, None, render_report(found, "fr", name).summary)
    return found
