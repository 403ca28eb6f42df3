"""The platform as its users start it: the `socle` command in a process of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from demo.manifest import DemoSource, manifest

READY_WITHIN = 240.0


def free_port() -> int:
    """A port that nothing listens on now, below those the kernel gives to clients."""
    for _ in range(100):
        port = 20_000 + int.from_bytes(os.urandom(2), "big") % 12_000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data folder that the servers' account can reach, as pytest's own cannot be."""
    folder = Path(tempfile.mkdtemp(prefix="socle-e2e-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def environment() -> dict[str, str]:
    """Ours without what names a database or a setting: the tests decide those."""
    prefixes = (
        "CATALOGUE_",
        "VALIDATOR_",
        "HARVESTER_",
        "SOCLE_ALLOWED",
        "SOCLE_DATA",
        "SOCLE_KEY",
        "SOCLE_REDIRECT",
        "SOCLE_SERVER",
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(prefixes)}
    return {k: v for k, v in kept.items() if k not in {"DATABASE_URL", "REDIS_URL"}}


@dataclass
class Socle:
    """A `socle` command that goes on running."""

    process: "subprocess.Popen[bytes]"
    data_dir: Path
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def output(self) -> str:
        """All it has printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, text: str, within: float = READY_WITHIN) -> None:
        """Until it has printed the text; fails with all it printed."""
        deadline = time.monotonic() + within
        while text not in self.output():
            ended = self.process.poll()
            if ended is not None or time.monotonic() > deadline:
                raise AssertionError(f"{text!r} not printed (exit {ended}):\n{self.output()}")
            time.sleep(0.1)

    def wait(self, within: float = READY_WITHIN) -> int:
        """Exit code of a command that ends by itself."""
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running:\n{self.output()}") from None

    def pids(self) -> dict[str, int]:
        """Name → process of every child."""
        try:
            records = json.loads((self.data_dir / "run/pids.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {record["name"]: record["pid"] for record in records}

    def stop(self, within: float = 15.0) -> float:
        """SIGTERM; seconds until the process and all its children are gone."""
        family = self.family()
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(within)
        _, alive = psutil.wait_procs(family, timeout=1)
        assert not alive, f"left behind: {alive}"
        return time.monotonic() - started

    def family(self) -> list[psutil.Process]:
        """The children and theirs."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def sources(self) -> list[DemoSource]:
        """What the demonstration of this folder publishes, and what should come of it."""
        secrets = json.loads((self.data_dir / "secrets.json").read_text(encoding="utf-8"))
        return manifest(f"http://127.0.0.1:{secrets['demo-port']}")

    def publishers(self) -> list[DemoSource]:
        """The sources that publish what is theirs: each of their datasets is shown once."""
        return [source for source in self.sources() if not source.republishes]


@contextmanager
def running(
    *arguments: str, data_dir: Path, port: int | None = None, settings: dict[str, str] | None = None
) -> Iterator[Socle]:
    """`socle ARGUMENTS --data-dir … --port …` with `settings` in its environment, killed at the
    end if it still runs.
    """
    port = port or free_port()
    log = data_dir.with_name(f"output-{time.monotonic_ns()}.txt")
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "socle", *arguments,
             "--data-dir", str(data_dir), "--port", str(port)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            env=environment() | (settings or {}),
        )  # fmt: skip
    socle = Socle(process, data_dir, port, log)
    try:
        yield socle
    finally:
        if process.poll() is None:
            family = socle.family()
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
            psutil.wait_procs(family, timeout=5)


def socle(*arguments: str, data_dir: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """A `socle` command that ends by itself."""
    where = ("--data-dir", str(data_dir)) if data_dir else ()
    return subprocess.run(
        [sys.executable, "-m", "socle", *arguments, *where],
        check=False, capture_output=True, text=True, timeout=120, env=environment(),
    )  # fmt: skip
