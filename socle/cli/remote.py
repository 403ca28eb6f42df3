"""Files and schemas at an address, through the guarded client."""

import asyncio
from pathlib import Path

from shared.errors import Transient
from shared.fetch import AllowedHosts, Fetcher, file_name
from socle.cli.connection import allowed_hosts

_FILE_LIMIT = 500 * 1024 * 1024
_SCHEMA_LIMIT = 2 * 1024 * 1024


def download(url: str, folder: Path, allow_host: list[str] | None) -> tuple[Path, str]:
    """Download a file into `folder`; its path and its own name. Raises the fetcher's errors."""
    return asyncio.run(_download(url, folder, allow_host))


async def _download(url: str, folder: Path, allow_host: list[str] | None) -> tuple[Path, str]:
    path = folder / "download"
    async with (
        Fetcher(allowed_hosts=AllowedHosts.parse(allowed_hosts(allow_host))) as fetcher,
        fetcher.stream(url, limit=_FILE_LIMIT) as answer,
    ):
        _check(url, answer.status)
        with path.open("wb") as file:
            async for chunk in answer.chunks:
                file.write(chunk)
        return path, file_name(answer.url, answer.headers.get("content-disposition"))


def fetch(url: str, allow_host: list[str] | None) -> bytes:
    """A schema's bytes. Raises the fetcher's errors."""
    return asyncio.run(_fetch(url, allow_host))


async def _fetch(url: str, allow_host: list[str] | None) -> bytes:
    async with Fetcher(allowed_hosts=AllowedHosts.parse(allowed_hosts(allow_host))) as fetcher:
        answer = await fetcher.get(url, limit=_SCHEMA_LIMIT)
    _check(url, answer.status)
    return answer.body


def _check(url: str, status: int) -> None:
    if status != 200:
        raise Transient(f"L'adresse {url} a répondu {status} au lieu d'un fichier.")
