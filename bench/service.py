"""What a person at a shell and a portal over HTTP wait for."""

import http.server
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx2

from bench.data import SUBVENTIONS, csv_file, schema_file, variants
from bench.engines import PYTHON
from bench.measure import seconds, show
from tests.support.platform import data_folder, free_port, running

SOCLE = Path(sys.executable).with_name("socle")
_ASKED_PER_SECOND = 3.2 * 50


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
        with httpx2.Client(trust_env=False, timeout=60) as client:
            own = _load(partial(_to_socle, client, socle.url), contents, clients)
    peer = None
    if with_validata:
        with (
            _validata() as url,
            _served(schema_file(SUBVENTIONS)) as schema,
            httpx2.Client(trust_env=False, timeout=120) as client,
        ):
            peer = _load(
                partial(_to_validata, client, url, schema), contents[: max(8, files // 8)], clients
            )
    show(
        f"HTTP, 1,000 rows a file, 2 processes, {clients} clients",
        ["", "files/s", "median wait", "asked"],
        [
            ["socle", f"{own[0]:.1f}", seconds(own[1]), f"≥ {_ASKED_PER_SECOND:.0f} files/s"],
            *([["Validata (gunicorn)", f"{peer[0]:.1f}", seconds(peer[1]), "–"]] if peer else []),
            *([["ratio", f"× {own[0] / peer[0]:.3g}", "–", "× 50"]] if peer else []),
        ],
    )


def _load(send: "partial[None]", contents: list[bytes], clients: int) -> tuple[float, float]:
    """Files per second, and the median wait of one, after a warm-up of a few."""
    waits = []

    def timed(content: bytes) -> None:
        began = time.perf_counter()
        send(content)
        waits.append(time.perf_counter() - began)

    warm = min(4, len(contents) // 4)
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(timed, contents[:warm]))
        waits.clear()
        began = time.perf_counter()
        list(pool.map(timed, contents[warm:]))
        elapsed = time.perf_counter() - began
    return (len(contents) - warm) / elapsed, statistics.median(waits)


def _to_socle(client: httpx2.Client, url: str, content: bytes) -> None:
    schema = f"{SUBVENTIONS.schema}@{SUBVENTIONS.version}"
    answer = client.post(
        f"{url}/api/validator/v1/validate", data={"schema": schema},
        files={"file": ("subventions.csv", content)},
    )  # fmt: skip
    if answer.status_code != 200 or answer.json()["verdict"] != "valid":
        raise RuntimeError(f"{answer.status_code} {answer.text[:300]}")


def _to_validata(client: httpx2.Client, url: str, schema: str, content: bytes) -> None:
    answer = client.post(
        f"{url}/validate", data={"schema": schema}, files={"file": ("subventions.csv", content)},
    )  # fmt: skip
    if answer.status_code != 200 or not answer.json()["report"]["valid"]:
        raise RuntimeError(f"{answer.status_code} {answer.text[:300]}")


@contextmanager
def _validata() -> Iterator[str]:
    """Its API as its makers deploy it, with two workers."""
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
            yield f"http://127.0.0.1:{port}"
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
