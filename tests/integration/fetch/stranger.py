"""A web server of strangers: each path misbehaves in its own way, on a real socket."""

import asyncio
import contextlib
import gzip
import itertools
import zlib
from dataclasses import dataclass, field

CSV = "nom;ville\nécole;Créteil\n".encode() * 50


@dataclass
class Host:
    """`requests` holds every request head as it was received."""

    port: int = 0
    requests: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            path = head.split(" ")[1]
            behave = getattr(self, path.split("?")[0].strip("/").replace("-", "_"), self.missing)
            await behave(writer, head)
            await writer.drain()
        writer.close()

    @staticmethod
    def answer(writer, status: str, body: bytes = b"", *headers: str) -> None:
        lines = [
            f"HTTP/1.1 {status}",
            *headers,
            f"Content-Length: {len(body)}",
            "Connection: close",
        ]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    async def missing(self, writer, head):
        self.answer(writer, "404 Not Found", b"<html>absent</html>", "Content-Type: text/html")

    async def _for_ever(self, writer, piece: bytes, *, pause: float = 0) -> None:
        while True:
            await self._piece(writer, piece)
            await asyncio.sleep(pause)

    @staticmethod
    async def _piece(writer, piece: bytes) -> None:
        writer.write(piece)
        await writer.drain()


class Rogue(Host):
    """Every way to answer badly."""

    async def stacked(self, writer, head):
        body = gzip.compress(gzip.compress(CSV))
        self.answer(writer, "200 OK", body, "Content-Encoding: gzip, gzip")

    async def bomb(self, writer, head):
        packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
        body = b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()
        self.answer(writer, "200 OK", body, "Content-Encoding: gzip")

    async def empty_members(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        await self._for_ever(writer, gzip.compress(b"") * 500)

    async def slow(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        await self._for_ever(writer, b"x", pause=0.1)

    async def slow_head(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\nX-A: ")
        await self._for_ever(writer, b"H", pause=0.1)

    async def continues(self, writer, head):
        await self._for_ever(writer, b"HTTP/1.1 103 Early Hints\r\n\r\n", pause=0.01)

    async def silent(self, writer, head):
        await asyncio.sleep(30)

    async def endless(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        await self._for_ever(writer, b"1000\r\n" + b"a" * 4096 + b"\r\n")

    async def endless_headers(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\n")
        for number in itertools.count():
            await self._piece(writer, f"X-{number}: {'y' * 100}\r\n".encode())

    async def many_headers(self, writer, head):
        self.answer(writer, "200 OK", b"", *(f"X-{number}: y" for number in range(500)))

    async def huge(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")

    async def cut(self, writer, head):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")

    async def garbage(self, writer, head):
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    async def hang_up(self, writer, head):
        return


class Stranger(Rogue):
    """Answers well too, and redirects."""

    async def file(self, writer, head):
        if 'if-none-match: "v1"' in head.lower():
            self.answer(writer, "304 Not Modified", b"", 'ETag: "v1"')
            return
        self.answer(
            writer, "200 OK", CSV, 'ETag: "v1"', "Last-Modified: Mon, 23 Nov 2026 08:00:00 GMT",
            "Content-Type: text/csv", 'Content-Disposition: attachment; filename="écoles.csv"',
        )  # fmt: skip

    async def zipped(self, writer, head):
        self.answer(writer, "200 OK", gzip.compress(CSV), "Content-Encoding: gzip")

    async def cookie(self, writer, head):
        self.answer(writer, "200 OK", b"", "Set-Cookie: a=b; Path=/")

    async def moved(self, writer, head):
        self.answer(writer, "301 Moved Permanently", b"", "Location: file?x=1")

    async def to(self, writer, head):
        target = head.split(" ")[1].partition("?")[2]
        self.answer(writer, "302 Found", b"", f"Location: {target}")

    async def loop(self, writer, head):
        self.answer(writer, "302 Found", b"", "Location: /loop")
