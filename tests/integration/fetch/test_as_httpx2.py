"""Answers as servers give them, right and wrong: read as httpx2 reads them, or refused as by it."""

import asyncio
import contextlib
import gzip

import httpx2
import pytest

from shared.fetch import AllowedHosts, Fetcher, FetchFailed
from tests.integration.fetch.conftest import serving
from tests.integration.fetch.stranger import Stranger

LOOPBACK = AllowedHosts.parse("127.0.0.1:*")
BODY = b"nom;ville\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"4\r\nnom;\r\n6\r\nville\n\r\n0\r\n"
SQUEEZED = gzip.compress(BODY, mtime=0)


def ok(headers: bytes, body: bytes = BODY) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body


NAMED = 'Content-Disposition: attachment; filename="délibérations.csv"\r\n'

ANSWERS = {
    "of 1996, until it hangs up": b"HTTP/1.0 200 OK\r\n\r\n" + BODY,
    "of 1996, staying": b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + LENGTH + b"\r\n" + BODY,
    "until it hangs up, as it says": ok(b"Connection: close\r\n"),
    "until it hangs up": ok(b""),
    "in chunks": ok(CHUNKED, CHUNKS + b"\r\n"),
    "in chunks with a trailer": ok(CHUNKED + b"Trailer: X-A\r\n", CHUNKS + b"X-A: 1\r\n\r\n"),
    "in chunks with an extension": ok(CHUNKED, CHUNKS.replace(b"4\r", b"4;a=b\r") + b"\r\n"),
    "in chunks and a wrong length": ok(b"Content-Length: 99\r\n" + CHUNKED, CHUNKS + b"\r\n"),
    "of a chunk too long for any disk": ok(CHUNKED, b"F" * 20 + b"\r\n" + BODY),
    "squeezed and in chunks, which nobody speaks": ok(
        b"Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n"
    ),
    "squeezed, then in chunks": ok(b"Transfer-Encoding: gzip\r\n" + CHUNKED, b"0\r\n\r\n"),
    "in chunks twice": ok(CHUNKED * 2, CHUNKS + b"\r\n"),
    "squeezed": ok(b"Content-Encoding: gzip\r\nContent-Length: %d\r\n" % len(SQUEEZED), SQUEEZED),
    "after a 100": b"HTTP/1.1 100 Continue\r\n\r\n" + ok(LENGTH),
    "after early hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok(LENGTH),
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    "without a reason": b"HTTP/1.1 200\r\n" + LENGTH + b"\r\n" + BODY,
    "lines of another system": b"HTTP/1.1 200 OK\n" + LENGTH.replace(b"\r", b"") + b"\n" + BODY,
    "nothing, with a length": b"HTTP/1.1 204 No Content\r\n" + LENGTH + b"\r\n" + BODY,
    "unchanged, with a length": b"HTTP/1.1 304 Not Modified\r\n" + LENGTH + b"\r\n",
    "two lengths": ok(LENGTH + b"Content-Length: 6\r\n"),
    "less than it said": ok(b"Content-Length: 50\r\n"),
    "more than it said": ok(LENGTH, BODY + b"2026"),
    "a header in two lines": ok(b"X-A: a\r\n b\r\n" + LENGTH),
    "a header with a space in its name": ok(b"X-A : a\r\n" + LENGTH),
    "a header without a name": ok(b": a\r\n" + LENGTH),
    "a name in UTF-8": ok(NAMED.encode() + LENGTH),
    "a name in Latin-1": ok(NAMED.encode("latin-1") + LENGTH),
    "a header with NUL": ok(b"X-A: a\0b\r\n" + LENGTH),
    "a header with a control": ok(b"X-A: a\x01b\r\n" + LENGTH),
    "a header in spaces": ok(b"X-A: \t a \t\r\n" + LENGTH),
    "an empty header": ok(b"X-A:\r\n" + LENGTH),
    "a header twice": ok(b"X-A: a\r\nx-a: b\r\n" + LENGTH),
    "a length with a sign": ok(b"Content-Length: +10\r\n"),
    "a length of no number": ok(b"Content-Length: dix\r\n"),
    "a length beyond all disks": ok(b"Content-Length: " + b"9" * 30 + b"\r\n"),
    "chunks named in capitals": ok(b"Transfer-Encoding: Chunked\r\n", CHUNKS + b"\r\n"),
    "chunks until it hangs up": ok(CHUNKED, CHUNKS[:4]),
    "chunks of an old server": b"HTTP/1.0 200 OK\r\n" + CHUNKED + b"\r\n" + CHUNKS + b"\r\n",
    "a reason in French": b"HTTP/1.1 200 Trouv\xe9\r\n" + LENGTH + b"\r\n" + BODY,
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "a status of our own": b"HTTP/1.1 299 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "of the next version": b"HTTP/2.0 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "of version 1.2": b"HTTP/1.2 200 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "without a status": b"HTTP/1.1 OK\r\n" + LENGTH + b"\r\n" + BODY,
    "only a head, until it hangs up": b"HTTP/1.1 200 OK\r\nX-A: a\r\n",
    "a radio": b"ICY 200 OK\r\n\r\n" + BODY,
    "in small letters": ok(LENGTH).replace(b"HTTP", b"http"),
    "the beginning of TLS": b"\x16\x03\x01\x00\x00",
    "nothing at all": b"",
}


class Once(Stranger):
    """Gives this answer to everybody, whole or byte by byte, and hangs up."""

    def __init__(self, given: bytes, *, whole: bool = True) -> None:
        super().__init__()
        self.given = [given] if whole else [given[i : i + 1] for i in range(len(given))]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            for part in self.given:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "byte by byte"])
@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
async def test_an_answer_is_read_as_httpx2_reads_it(answer: bytes, *, whole: bool) -> None:
    async with (
        serving(Once(answer, whole=whole)) as host,
        Fetcher(allowed_hosts=LOOPBACK) as ours,
        httpx2.AsyncClient(trust_env=False) as theirs,
    ):
        try:
            expected = await theirs.get(host.url)
        except httpx2.TransportError:
            with pytest.raises(FetchFailed):
                await ours.get(host.url)
            return
        found = await ours.get(host.url)

    assert (found.status, found.body) == (expected.status_code, expected.content)
    # httpx2 writes the coding in small letters.
    assert {
        name: text.lower() if name == "transfer-encoding" else text
        for name, text in found.headers.items()
    } == dict(expected.headers)


async def test_a_length_that_is_said_twice_is_refused_where_httpx2_takes_it() -> None:
    """RFC 9110 §8.6 leaves the choice; llhttp, by which Node.js reads too, refuses."""
    async with (
        serving(Once(ok(LENGTH * 2))) as host,
        Fetcher(allowed_hosts=LOOPBACK) as ours,
        httpx2.AsyncClient(trust_env=False) as theirs,
    ):
        assert (await theirs.get(host.url)).content == BODY
        with pytest.raises(FetchFailed):
            await ours.get(host.url)


@pytest.mark.parametrize("name", ["a name in UTF-8", "a name in Latin-1"])
async def test_the_name_of_a_file_keeps_its_accents(name: str) -> None:
    async with (
        serving(Once(ANSWERS[name])) as host,
        Fetcher(allowed_hosts=LOOPBACK) as fetcher,
        fetcher.stream(host.url) as answer,
    ):
        assert answer.file_name == "délibérations.csv"
