import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.fetch.stranger import Stranger

TLS = Path(__file__).parent / "tls"


@contextlib.asynccontextmanager
async def serving(host: Stranger, context: ssl.SSLContext | None = None) -> AsyncIterator[Stranger]:
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader, writer):
        task = asyncio.current_task()
        tasks.add(task)
        with contextlib.suppress(asyncio.CancelledError):
            await host.serve(reader, writer)
        tasks.discard(task)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def stranger() -> AsyncIterator[Stranger]:
    async with serving(Stranger()) as host:
        yield host


@pytest.fixture
async def secure_stranger() -> AsyncIterator[Stranger]:
    """The same over TLS, as `ecole.test`; its certificate is in `tls/`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "ecole.test.pem", TLS / "ecole.test.key")
    async with serving(Stranger(), context) as host:
        yield host
