"""A data package at an address: its description, then the files that it names, in one archive."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from services.validator.adapters.bundle import Bundle, read_descriptor, wanted_files
from services.validator.engine.packages.package import MAX_RESOURCES
from services.validator.models.checked_file import CheckedFile
from services.validator.schemas.packages import cited_schemas
from shared.errors import ServiceError, TooLargeError
from shared.fetch import Fetcher
from shared.store import ContentStore

_BLOCK = 1 << 18


async def gather_package(
    file: CheckedFile, *, url: str, limit: int, fetcher: Fetcher, store: ContentStore
) -> CheckedFile:
    """The archive in the store, for a `datapackage.json` that was fetched from `url`.

    All files together are at most `limit` bytes. A file that cannot be had is left out, and
    its absence is an error of the report. Raises `InvalidInputError` for what describes no
    package, `TooLargeError`.
    """
    content = await asyncio.to_thread(store.path(file.sha256).read_bytes)
    descriptor = read_descriptor(content)
    with tempfile.TemporaryDirectory(prefix="socle-package-") as folder:
        archive = Path(folder) / "package.zip"
        with Bundle(archive, descriptor) as bundle:
            left = limit
            for path in wanted_files(descriptor):
                piece = Path(folder) / "piece"
                left -= await _fetch(urljoin(url, path), piece, left, fetcher)
                if piece.exists():
                    await asyncio.to_thread(_add, bundle, path, piece)
        kept = await store.put(_blocks(archive), limit=limit, passing=True)
    return CheckedFile(kept.sha256, kept.size, "datapackage.zip", url, new=kept.new, passing=True)


async def fetch_cited(
    descriptor: Mapping[str, Any], *, url: str, limit: int, fetcher: Fetcher
) -> dict[str, Mapping[str, Any]]:
    """The schemas that a package at `url` cites by path, by that path; what is none is left."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in cited_schemas(descriptor)[:MAX_RESOURCES]:
        try:
            answer = await fetcher.get(urljoin(url, path), limit=limit)
            schema = json.loads(answer.body) if answer.ok else None
        except (ServiceError, ValueError, RecursionError):
            continue
        if isinstance(schema, dict):
            found[path] = schema
    return found


async def _fetch(url: str, target: Path, limit: int, fetcher: Fetcher) -> int:
    """The size of what was fetched into `target`, which is absent when it could not be had."""
    await asyncio.to_thread(target.unlink, missing_ok=True)
    size = 0
    try:
        async with fetcher.stream(url, limit=limit) as answer:
            if not answer.ok:
                return 0
            with target.open("wb") as file:
                async for chunk in answer.chunks:
                    size += len(chunk)
                    await asyncio.to_thread(file.write, chunk)
    except TooLargeError:
        raise
    except ServiceError:
        await asyncio.to_thread(target.unlink, missing_ok=True)
        return 0
    return size


def _add(bundle: Bundle, path: str, piece: Path) -> None:
    with piece.open("rb") as source:
        bundle.add(path, source)


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := await asyncio.to_thread(file.read, _BLOCK):
            yield block
