import asyncio
import ssl

import pytest

from shared.fetch import Fetcher
from tests.integration.fetch.conftest import TLS

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def at_a_server(address, *, context, leaves):
    """Bodies of two requests, and over how many connections the server heard them. A server that
    `leaves` closes each connection shortly after its answer.
    """
    connections = 0

    async def serve(reader, writer):
        nonlocal connections
        connections += 1
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(ANSWER)
                await writer.drain()
                if leaves:
                    await asyncio.sleep(0.02)
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]

    async def resolve(_host, _port):
        return ["127.0.0.1"]

    trust = ssl.create_default_context(cafile=str(TLS / "ecole.test.pem"))
    allowed = frozenset({f"ecole.test:{port}"})
    async with Fetcher(allowed_hosts=allowed, resolve=resolve, ssl_context=trust) as fetcher:
        first = await fetcher.get(f"{address}:{port}/")
        await asyncio.sleep(0.2)
        second = await fetcher.get(f"{address}:{port}/")
    server.close()
    return first.body + second.body, connections


@pytest.fixture(params=["http", "https"])
def scheme(request):
    if request.param == "http":
        return "http://ecole.test", None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "ecole.test.pem", TLS / "ecole.test.key")
    return "https://ecole.test", context


@pytest.mark.parametrize(("leaves", "expected"), [(False, 1), (True, 2)])
async def test_a_connection_serves_again_unless_the_server_has_left_it(scheme, leaves, expected):
    address, context = scheme
    heard = await at_a_server(address, context=context, leaves=leaves)
    assert heard == (b"okok", expected)
