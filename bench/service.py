"""What a person at a shell and a portal over HTTP wait for."""

import http.client
import http.server
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import psutil

from bench.data import SUBVENTIONS, csv_file, schema_file, variants
from bench.engines import PYTHON
from bench.measure import score, seconds, show
from tests.support.platform import data_folder, free_port, running

SOCLE = Path(sys.executable).with_name("socle")
_ASKED_PER_SECOND = 3.2 * 50
_MARK = "----socle-bench"
_ROUNDS = 5
_REST = 0.15
"""Share of a processor below which a platform is idle: it polls its queues."""


def cold_shell(force: str | None, runs: int = 7) -> None:
    """`socle validate` of a 1,000-row file, a new process each time."""
    path = csv_file(SUBVENTIONS, 1_000, 0.01)
    environment = os.environ | ({"SOCLE_ENGINE": force} if force else {})
    lines = []
    for title, options in (
        ("schema declared", ["--schema", f"{SUBVENTIONS.schema}@{SUBVENTIONS.version}"]),
        ("schema recognised", []),
    ):
        walls, cpus = [], []
        for _ in range(runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.perf_counter()
            done = subprocess.run(
                [SOCLE, "validate", str(path), *options],
                capture_output=True, check=False, env=environment,
            )  # fmt: skip
            walls.append(time.perf_counter() - began)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            if done.returncode != 1:
                raise RuntimeError(f"exit {done.returncode}: {done.stderr.decode()[-500:]}")
        lines.append([
            title, seconds(statistics.median(walls)), seconds(min(walls)),
            seconds(statistics.median(cpus)), "≤ 0.4 s",
        ])  # fmt: skip
    show(
        "`socle validate` of 1,000 rows, 1 % bad, from a cold shell",
        ["", "wall, median", "wall, best", "CPU", "asked (wall)"],
        lines,
    )


def over_http(files: int, clients: int, *, with_validata: bool) -> None:
    """Files of 1,000 rows per second, all different, two processes that check on each side."""
    contents = variants(SUBVENTIONS, 1_000, 0, files)
    with data_folder() as folder, running("up", data_dir=folder) as socle:
        socle.wait_for(socle.url)
        _until_ready(f"{socle.url}/ready")
        schema = f"{SUBVENTIONS.schema}@{SUBVENTIONS.version}"
        asked = Asked(socle.port, "/api/validator/v1/validate", schema, _is_valid)
        own = _load(asked, contents, clients, socle.process.pid)
    peer = None
    if with_validata:
        with _validata() as (port, process), _served(schema_file(SUBVENTIONS)) as address:
            asked = Asked(port, "/validate", address, _is_valid_there)
            some = contents[: max(24, files // 8)]
            peer = _load(asked, some, clients, process.pid)
    lines = [["socle", *own.cells(), f"≥ {_ASKED_PER_SECOND:.0f} files/s"]]
    score("HTTP, 1,000 rows", own.per_second, least=_ASKED_PER_SECOND, unit="files/s")
    if peer:
        ratios = (
            own.per_second / peer.per_second, own.best / peer.best,
            peer.wait / own.wait, peer.cpu / own.cpu,
        )  # fmt: skip
        lines.append(["Validata (gunicorn)", *peer.cells(), "–"])
        lines.append(["ratio", *(f"× {ratio:.3g}" for ratio in ratios), "× 50"])
        score("HTTP, 1,000 rows, against Validata", ratios[0], least=50)
    show(
        f"HTTP, 1,000 rows a file, 2 processes, {clients} clients",
        ["", "files/s", "at best", "median wait", "CPU a file, all of the server", "asked"],
        lines,
    )


@dataclass(frozen=True)
class Asked:
    """A form with `schema` and a file, posted to a port of this machine."""

    port: int
    path: str
    schema: str
    is_right: Callable[[Any], bool]

    def send(self, connection: http.client.HTTPConnection, content: bytes) -> None:
        """Raises `RuntimeError` when the answer is not a valid report.

        Written by hand: a client of comfort takes as much of the processor as the server.
        """
        fields = (
            f'--{_MARK}\r\nContent-Disposition: form-data; name="schema"\r\n\r\n{self.schema}\r\n'
            f'--{_MARK}\r\nContent-Disposition: form-data; name="file"; '
            'filename="subventions.csv"\r\nContent-Type: text/csv\r\n\r\n'
        )
        body = b"".join((fields.encode(), content, f"\r\n--{_MARK}--\r\n".encode()))
        kind = f"multipart/form-data; boundary={_MARK}"
        connection.request("POST", self.path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200 or not self.is_right(json.loads(text)):
            raise RuntimeError(f"{answer.status} {text[:300]!r}")


def _is_valid(report: Any) -> bool:
    return bool(report["verdict"] == "valid")


def _is_valid_there(answer: Any) -> bool:
    return bool(answer["report"]["valid"])


@dataclass(frozen=True)
class Reached:
    """`per_second` is the median of the rounds, `best` the one that the machine disturbed least.

    `wait` and `cpu` in seconds: of a caller, and of all the server's processes for a file.
    """

    per_second: float
    best: float
    wait: float
    cpu: float

    def cells(self) -> tuple[str, str, str, str]:
        """For a table."""
        rates = f"{self.per_second:.1f}", f"{self.best:.1f}"
        return *rates, seconds(self.wait), seconds(self.cpu)


def _load(asked: Asked, contents: list[bytes], clients: int, server: int) -> Reached:
    """After a warm-up of a few, and once the processes of the server have come to rest."""
    waits: list[float] = []
    connections = Connections(asked.port)

    def timed(content: bytes) -> None:
        began = time.perf_counter()
        asked.send(connections.own(), content)
        waits.append(time.perf_counter() - began)

    warm = min(8, len(contents) // 4)
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(timed, contents[:warm]))
        _until_at_rest(server)
        connections.renew()
        waits.clear()
        cpu, rates = _cpu(server), []
        for number in range(_ROUNDS):
            part = contents[warm + number :: _ROUNDS]
            began = time.perf_counter()
            list(pool.map(timed, part))
            rates.append(len(part) / (time.perf_counter() - began))
        spent = _cpu(server) - cpu
    return Reached(
        statistics.median(rates), max(rates), statistics.median(waits), spent / len(waits)
    )


class Connections:
    """One kept open for each thread, until the server would have closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._of_thread = threading.local()

    def renew(self) -> None:
        """Forget those that rested."""
        self._of_thread = threading.local()

    def own(self) -> http.client.HTTPConnection:
        """That of the calling thread."""
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = http.client.HTTPConnection(
                "127.0.0.1", self._port, timeout=120
            )
        connection: http.client.HTTPConnection = self._of_thread.connection
        return connection


def _cpu(server: int) -> float:
    """Seconds of the processor that a process and its descendants have used so far."""
    used = 0.0
    process = psutil.Process(server)
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            times = each.cpu_times()
            used += times.user + times.system
    return used


def _until_at_rest(server: int, within: float = 120) -> None:
    """Workers that still load their modules would take the processor from what is measured."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        before = _cpu(server)
        time.sleep(2)
        if _cpu(server) - before < _REST * 2:
            return
    raise RuntimeError(f"not at rest after {within:.0f} s")


@contextmanager
def _validata() -> "Iterator[tuple[int, subprocess.Popen[bytes]]]":
    """The port of its API as its makers deploy it, with two workers, and its process."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [PYTHON, "-m", "gunicorn", "--workers", "2", "--bind", f"127.0.0.1:{port}",
             "validata_api.api:app"],
            cwd=folder, env=os.environ | {"FLASK_SECRET_KEY": "bench", "NO_PROXY": "127.0.0.1"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _until_ready(f"http://127.0.0.1:{port}/")
            yield port, process
        finally:
            process.terminate()
            process.wait(30)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@contextmanager
def _served(path: Path) -> Iterator[str]:
    """The address of a file: that peer takes a schema by its address only."""
    handler = partial(_Quiet, directory=str(path.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/{path.name}"
        server.shutdown()


def _until_ready(url: str, within: float = 240) -> None:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if httpx2.get(url, timeout=5).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.3)
    raise RuntimeError(f"{url} is not ready after {within:.0f} s")
