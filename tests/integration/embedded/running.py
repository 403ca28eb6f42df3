"""Platforms in processes of their own, for the tests that stop, kill and restart them."""

import json
import os
import pwd
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import psutil
import pytest
from redis import Redis

from tests.support.services import run_apart

PROGRAM = Path(__file__).with_name("platform_program.py")
_ROOT = Path(__file__).parents[3]


@dataclass
class RunningPlatform:
    """A platform served by another process; `answer` is the JSON line it printed."""

    process: "subprocess.Popen[str]"
    answer: dict[str, Any]

    @property
    def children(self) -> dict[str, int]:
        return dict(self.answer["children"])

    def query(self, statement: str) -> Any:
        async def fetch() -> Any:
            connection = await asyncpg.connect(self.answer["database_url"], timeout=10)
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        return run_apart(fetch)

    def redis(self) -> Redis:
        return Redis.from_url(self.answer["redis_url"])

    def family(self) -> list[psutil.Process]:
        """The process and all it started, at any depth."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=15)


def start_platform(
    data_dir: Path,
    *,
    system_dir: Path | None = None,
    environ: Mapping[str, str] | None = None,
    python: str = sys.executable,
    **identity: Any,
) -> RunningPlatform:
    """Start one and wait for its line; `identity` goes to `subprocess` (user=, group=, …)."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
    process = subprocess.Popen(
        [python, str(PROGRAM), str(data_dir), *([str(system_dir)] if system_dir else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if environ is None else None,
        text=True,
        cwd="/",
        env={**inherited, "PYTHONPATH": str(_ROOT), **(environ or {})},
        **identity,
    )
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if selector.select(timeout=45) else ""
    if not line:
        process.kill()
        process.wait()
        pytest.fail("the platform printed nothing")
    return RunningPlatform(process, json.loads(line))


@contextmanager
def platform_running(data_dir: Path, **arguments: Any) -> Iterator[RunningPlatform]:
    """Start one that must come up, and stop it if the test has not."""
    running = start_platform(data_dir, **arguments)
    try:
        assert "refused" not in running.answer, running.answer
        yield running
    finally:
        if running.process.poll() is None:
            running.end()
        if running.process.stdout:
            running.process.stdout.close()


def refusal(data_dir: Path, **arguments: Any) -> str:
    """The sentence with which a platform refuses to start; it must have ended."""
    running = start_platform(data_dir, **arguments)
    try:
        if "refused" not in running.answer:
            running.end()
        running.process.wait(timeout=15)
        return str(running.answer["refused"])
    finally:
        if running.process.stdout:
            running.process.stdout.close()


@contextmanager
def interpreter_for(uid: int) -> Iterator[dict[str, Any]]:
    """Arguments of `start_platform` by which root runs it under another uid.

    When root's interpreter is closed to others (pyenv under /root), a copy of it is used.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can start a process under another account")
    identity = {"user": uid, "group": uid, "extra_groups": []}
    home = Path(tempfile.mkdtemp(prefix="socle-test-home-", dir="/tmp"))
    os.chown(home, uid, uid)
    environ = {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONPATH": os.pathsep.join([str(_ROOT), sysconfig.get_path("purelib")]),
    }
    try:
        python = sys.executable
        if not _runs(python, identity):
            python = _copy_interpreter(home.with_name(f"{home.name}-python"))
            environ["LD_LIBRARY_PATH"] = str(Path(python).parents[1] / "lib")
            environ["PYTHONHOME"] = str(Path(python).parents[1])
        if not _runs(python, identity, "import asyncpg, redis, socle", environ):
            pytest.skip("this checkout is closed to other accounts")
        yield {"python": python, "environ": environ, **identity}
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(home.with_name(f"{home.name}-python"), ignore_errors=True)


def _runs(
    python: str,
    identity: Mapping[str, Any],
    code: str = "",
    environ: Mapping[str, str] | None = None,
) -> bool:
    try:
        done = subprocess.run(
            [python, "-c", code], cwd="/", check=False, env=environ, capture_output=True, **identity
        )
    except OSError:
        return False
    return done.returncode == 0


def _copy_interpreter(target: Path) -> str:
    base = Path(sys.base_prefix)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    ignored = shutil.ignore_patterns("site-packages", "test", "config-*", "idlelib", "tkinter")
    shutil.copytree(base / "lib" / version, target / "lib" / version, ignore=ignored)
    for library in (base / "lib").glob("libpython*.so*"):
        shutil.copy2(library, target / "lib")
    (target / "bin").mkdir()
    shutil.copy2(base / "bin" / version, target / "bin")
    return str(target / "bin" / version)


def unprivileged_uid() -> int:
    """`nobody`, which every machine has."""
    return pwd.getpwnam("nobody").pw_uid
