"""A udata portal of any size in a process of its own, as quick as Python can be one.

Answers from what it can compute: pages of datasets with two files each, and the files. It
counts what it is asked. Hosts named in `silent` take a connection and never answer.
"""

import argparse
import asyncio
import hashlib
import json
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

import httpx2

PAGE_SIZE = 100


def hex_id(text: str) -> str:
    """An id of the shape that udata's database gives."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def dataset(number: int, root: str, files: int) -> dict[str, object]:
    """One dataset as udata describes it, with what people write around it."""
    identifier = hex_id(f"dataset {number}")
    return {
        "id": identifier,
        "slug": f"jeu-de-donnees-{number}",
        "title": f"Subventions de {root}, jeu numéro {number}",
        "description": "Subventions versées par la commune aux associations. " * 8,
        "created_at": "2024-01-01T00:00:00+00:00",
        "last_update": "2024-05-01T00:00:00+00:00",
        "license": "lov2",
        "frequency": "annual",
        "tags": ["associations", "budget", "subventions"],
        "organization": None,
        "page": f"{root}/datasets/{identifier}/",
        "uri": f"{root}/api/1/datasets/{identifier}/",
        "resources": [
            {
                "id": hex_id(f"resource {number} {part}"),
                "title": f"subventions-{number}-{part}.csv",
                "url": f"{root}/files/{number}-{part}.csv",
                "format": "csv",
                "type": "main",
            }
            for part in range(files)
        ],
    }


def file(name: str) -> bytes:
    """A small table that no other file of any portal equals."""
    rows = "".join(f"{name};2024-0{month};{month * 100}\n" for month in range(1, 10))
    return f"nom;date;montant\n{rows}".encode()


class Portal:
    """What the connections share."""

    def __init__(self, datasets: int, delay: float, *, etags: bool, files: int) -> None:
        self.datasets = datasets
        self.delay = delay
        self.etags = etags
        self.files = files
        self.asked: Counter[str] = Counter()
        self.page = lru_cache(maxsize=16)(self._page)

    def _page(self, number: int, root: str) -> bytes:
        start = (number - 1) * PAGE_SIZE
        end = min(start + PAGE_SIZE, self.datasets)
        more = end < self.datasets
        return json.dumps(
            {
                "data": [dataset(each, root, self.files) for each in range(start, end)],
                "page": number,
                "page_size": PAGE_SIZE,
                "total": self.datasets,
                "next_page": f"{root}/api/1/datasets/?page={number + 1}" if more else None,
            }
        ).encode()

    def answer(self, target: str, root: str, known: str) -> tuple[int, str, bytes]:
        """Status, kind of request and body."""
        parts = urlsplit(target)
        if parts.path.startswith("/files/"):
            return self._given("file", file(root + parts.path), known)
        if parts.path.endswith("/api/1/datasets/"):
            number = int(parse_qs(parts.query).get("page", ["1"])[0])
            return self._given("page", self.page(number, root), known)
        if parts.path == "/count":
            return 200, "count", json.dumps(self.asked).encode()
        return 404, "other", b"{}"

    def _given(self, kind: str, body: bytes, known: str) -> tuple[int, str, bytes]:
        if self.etags and known == etag_of(body):
            return 304, kind, b""
        return 200, kind, body


def etag_of(body: bytes) -> str:
    """A strong validator."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, portal: Portal
) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            lines = head.decode("latin-1").split("\r\n")
            target = lines[0].split(" ")[1]
            headers = {
                name.lower(): text.strip()
                for name, _, text in (line.partition(":") for line in lines[1:] if line)
            }
            host = headers.get("host", "")
            if host.startswith("127.9."):
                portal.asked["silent"] += 1
                await asyncio.sleep(3600)
            status, kind, body = portal.answer(
                target, f"http://{host}", headers.get("if-none-match", "")
            )
            portal.asked[kind] += kind != "count"
            if portal.delay and kind != "count":
                await asyncio.sleep(portal.delay)
            tag = f"ETag: {etag_of(body)}\r\n" if portal.etags and body else ""
            writer.write(
                f"HTTP/1.1 {status} OK\r\nContent-Length: {len(body)}\r\n{tag}\r\n".encode() + body
            )
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--etags", action="store_true")
    parser.add_argument("--files", type=int, default=2)
    asked = parser.parse_args()
    portal = Portal(asked.datasets, asked.delay, etags=asked.etags, files=asked.files)
    server = await asyncio.start_server(
        lambda reader, writer: _serve(reader, writer, portal),
        # Every address of the loopback network is this portal: a thousand hosts in one process.
        "0.0.0.0",
        asked.port,
        family=socket.AF_INET,
        backlog=2_048,
        limit=2**20,
    )
    async with server:
        await server.serve_forever()


@dataclass(frozen=True)
class Running:
    """A portal that runs."""

    port: int

    def root(self, host: str = "127.0.0.1") -> str:
        """Its address under one of its names."""
        return f"http://{host}:{self.port}"

    def asked(self) -> Counter[str]:
        """Requests so far, by what was asked for."""
        return Counter(httpx2.get(f"{self.root()}/count", timeout=30).json())


@contextmanager
def portal(
    datasets: int, *, port: int, delay: float = 0.0, etags: bool = False, files: int = 2
) -> Iterator[Running]:
    """A portal in a process of its own."""
    arguments = ["--datasets", str(datasets), "--delay", str(delay), "--port", str(port),
                 "--files", str(files)]  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.harvesting.portal", *arguments, *["--etags"][: int(etags)]]
    )
    running = Running(port)
    try:
        for _ in range(200):
            try:
                running.asked()
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    asyncio.run(_main())
