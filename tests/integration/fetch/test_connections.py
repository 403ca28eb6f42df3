"""How connections are made to serve again, and what they hold back."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time

import pytest

from shared.fetch import Fetcher, FetchFailed
from tests.integration.fetch.conftest import TLS, serving

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
MOVED = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 4\r\n\r\ngone"
ABSENT = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"
EVIL = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
HUGE = 64 * 2**20


class Server:
    """Gives its `answers` in turn, then `ANSWER`. One that `leaves` closes each connection
    shortly after its answer.
    """

    def __init__(self, answers=(), *, context=None, leaves=False) -> None:
        self.answers = list(answers)
        self.port = 0
        self.context = context
        self.leaves = leaves
        self.connections = self.at_once = self.most = self.sent = 0
        self.moved = asyncio.Event()

    async def has(self, number):
        """Until so many connections are open."""
        async with asyncio.timeout(10):
            while self.at_once != number:
                self.moved.clear()
                await self.moved.wait()

    async def serve(self, reader, writer):
        self.connections += 1
        self.at_once += 1
        self.moved.set()
        self.most = max(self.most, self.at_once)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                await self.answer(head, writer)
                if self.leaves:
                    await asyncio.sleep(0.02)
                    break
        self.at_once -= 1
        self.moved.set()
        writer.close()

    async def answer(self, head, writer):
        if head.startswith(b"GET /huge"):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % HUGE)
            while self.sent < HUGE:
                writer.write(bytes(2**16))
                await writer.drain()
                self.sent += 2**16
            return
        await asyncio.sleep(0.01)
        writer.write(self.answers.pop(0) if self.answers else ANSWER)
        await writer.drain()

    @contextlib.asynccontextmanager
    async def fetcher(self):
        """A client that trusts it, and its address."""

        async def resolve(_host, _port):
            return ["127.0.0.1"]

        trust = ssl.create_default_context(cafile=str(TLS / "ecole.test.pem"))
        scheme = "https" if self.context else "http"
        async with serving(self, self.context):
            allowed = frozenset({"ecole.test:*"})
            async with Fetcher(allowed_hosts=allowed, resolve=resolve, ssl_context=trust) as client:
                yield client, f"{scheme}://ecole.test:{self.port}"


async def the_rest(answer):
    """Bytes until the end."""
    return sum([len(chunk) async for chunk in answer.chunks])


@pytest.fixture(params=["http", "https"])
def context(request):
    if request.param == "http":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "ecole.test.pem", TLS / "ecole.test.key")
    return context


@pytest.mark.parametrize(("leaves", "expected"), [(False, 1), (True, 2)])
async def test_a_connection_serves_again_unless_the_server_has_left_it(context, leaves, expected):
    server = Server(context=context, leaves=leaves)
    async with server.fetcher() as (client, address):
        first = await client.get(f"{address}/")
        await asyncio.sleep(0.2)
        second = await client.get(f"{address}/")
    assert (first.body + second.body, server.connections) == (b"okok", expected)


async def test_a_server_that_has_left_is_noticed_before_the_loop_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve_twice():
            for _ in range(2):
                connection, _ = listener.accept()
                with connection:
                    connection.recv(2**16)
                    connection.sendall(ANSWER)

        server = threading.Thread(target=serve_twice)
        server.start()
        async with Fetcher(allowed_hosts=frozenset({f"127.0.0.1:{port}"})) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/")).body == b"ok"
            time.sleep(0.2)  # noqa: ASYNC251 - the loop is to hear nothing
            assert (await client.get(f"http://127.0.0.1:{port}/")).body == b"ok"
        server.join()


async def test_what_has_no_body_or_one_that_nobody_reads_leaves_the_connection_good(context):
    server = Server([UNCHANGED, MOVED, ANSWER, ABSENT], context=context)
    async with server.fetcher() as (client, address):
        assert (await client.get(f"{address}/", etag='"v"')).not_modified
        assert (await client.get(f"{address}/")).url.endswith("/there")
        async with client.stream(f"{address}/") as absent:
            assert absent.status == 404
        assert (await client.get(f"{address}/")).body == b"ok"
    assert server.connections == 1


async def test_an_answer_that_nobody_asked_for_is_nobodys(context):
    server = Server([ANSWER + EVIL], context=context)
    async with server.fetcher() as (client, address):
        assert (await client.get(f"{address}/")).body == b"ok"
        assert (await client.get(f"{address}/")).body == b"ok"
    assert server.connections == 2


async def test_a_server_faster_than_its_reader_waits_for_him(context):
    server = Server(context=context)
    async with server.fetcher() as (client, address):
        async with client.stream(f"{address}/huge") as answer:
            received = len(await anext(answer.chunks))
            held = -1
            while held != server.sent:
                held = server.sent
                await asyncio.sleep(0.3)
            assert held < HUGE / 2
            received += await the_rest(answer)
        assert received == HUGE
        assert (await client.get(f"{address}/")).body == b"ok"
    assert server.connections == 1


async def test_who_stops_early_leaves_a_connection_that_serves_nobody():
    server = Server()
    async with server.fetcher() as (client, address):
        async with client.stream(f"{address}/huge") as answer:
            await anext(answer.chunks)
        assert (await client.get(f"{address}/")).body == b"ok"
    assert server.connections == 2


async def test_fifty_requests_are_under_way_at_most_and_few_connections_are_kept():
    server = Server()
    async with server.fetcher() as (client, address):
        answers = await asyncio.gather(*(client.get(f"{address}/{n}") for n in range(120)))
        assert {answer.body for answer in answers} == {b"ok"}
        assert server.most == 50
        await server.has(10)
        made = server.connections
        await client.get(f"{address}/")
        assert server.connections == made


async def test_who_is_cancelled_while_he_waits_gives_his_place_back():
    server = Server()
    async with server.fetcher() as (client, address):
        for _ in range(60):
            task = asyncio.create_task(client.get(f"{address}/huge"))
            await server.has(1)
            task.cancel()
            await asyncio.wait([task])
            await server.has(0)
        assert (await client.get(f"{address}/")).body == b"ok"


async def test_a_server_that_cannot_be_reached_takes_no_place():
    server = Server()
    async with server.fetcher() as (client, address):
        for _ in range(60):
            with pytest.raises(FetchFailed):
                await client.get("http://ecole.test:1/")
        assert (await client.get(f"{address}/")).body == b"ok"


async def test_closing_the_client_ends_what_is_under_way():
    server = Server()
    async with server.fetcher() as (client, address):
        async with client.stream(f"{address}/huge") as answer:
            await anext(answer.chunks)
            await client.aclose()
            with pytest.raises(FetchFailed):
                await the_rest(answer)
        await server.has(0)
