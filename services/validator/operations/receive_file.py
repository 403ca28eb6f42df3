"""Bring a file into the store, from an upload or from an address."""

from collections.abc import AsyncIterator

from services.validator.adapters.bundle import is_descriptor
from services.validator.errors import SourceUnavailableError
from services.validator.models.checked_file import CheckedFile
from services.validator.operations.gather_package import gather_package
from shared.fetch import Fetcher
from shared.store import ContentStore


async def receive_upload(
    chunks: AsyncIterator[bytes], *, name: str, limit: int, store: ContentStore
) -> CheckedFile:
    """Raises `TooLargeError` above `limit` bytes."""
    content = await store.put(chunks, limit=limit, passing=True)
    return CheckedFile(
        sha256=content.sha256, size=content.size, name=name, new=content.new, passing=True
    )


async def receive_from_url(
    url: str, *, limit: int, fetcher: Fetcher, store: ContentStore
) -> CheckedFile:
    """Of the description of a data package, the whole package in one archive.

    Raises `SourceUnavailableError` when the answer is no file, or the fetcher's errors.
    """
    async with fetcher.stream(url, limit=limit) as answer:
        if not answer.ok:
            raise SourceUnavailableError(
                f"Le fichier n'est pas à cette adresse : le serveur a répondu {answer.status}.",
                message_en=f"The file is not there: the server answered {answer.status}.",
                http_status=answer.status,
            )
        content = await store.put(answer.chunks, limit=limit, passing=True)
        file = CheckedFile(
            sha256=content.sha256,
            size=content.size,
            name=answer.file_name,
            source_url=url,
            new=content.new,
            passing=True,
        )
    if not is_descriptor(file.name):
        return file
    return await gather_package(file, url=url, limit=limit, fetcher=fetcher, store=store)
