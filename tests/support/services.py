"""Real PostgreSQL and Valkey for the tests, started by the platform's own code.

One of each per process that runs tests (so one per pytest-xdist worker): a test that kills
or floods a server cannot disturb another worker. `TEST_DATABASE_URL` and `TEST_REDIS_URL`
name servers to use instead.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import make_url

from socle.embedded.accounts import Account, server_account
from socle.embedded.placement import Placement
from socle.embedded.postgres import Cluster, Passwords
from socle.embedded.process import ProcessSpec, last_lines
from socle.embedded.programs import valkey_program
from socle.embedded.sockets import socket_folder
from socle.embedded.valkey import ValkeyServer

T = TypeVar("T")


def run_apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in a loop of its own, whatever loop the test has."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


@dataclass
class TestServer:
    """One server process that a test may kill, start again and stop."""

    __test__ = False

    spec: ProcessSpec
    log: Path
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        if self.spec.before_start:
            self.spec.before_start()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.spec.argv, **self.spec.popen_arguments(log))
        deadline = time.monotonic() + 60
        while not run_apart(self._ready):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.spec.name} did not start:\n{last_lines(self.log, 30)}")
            time.sleep(0.02)

    async def _ready(self) -> bool:
        return self.spec.ready is None or await self.spec.ready()

    def kill(self) -> None:
        """End it as a crash does: at once, nothing written."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        """End it in good order."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.spec.stop_signal)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self, *, pause: float = 0) -> None:
        """Crash, stay away for `pause` seconds, come back on the same data."""
        self.kill()
        time.sleep(pause)
        self.start()


@dataclass
class PostgresServer(TestServer):
    """A PostgreSQL of its own for a test, with one database per call of `new_database`."""

    cluster: Cluster = field(kw_only=True)

    def new_database(self, name: str) -> str:
        """URL of a fresh database of that name, which must end in `_test`."""
        return fresh_database(self.cluster.superuser_url(), name, owner_url=self.cluster.url(name))


@dataclass
class ValkeyTestServer(TestServer):
    """A Valkey of its own for a test."""

    __test__ = False

    server: ValkeyServer = field(kw_only=True)

    @property
    def url(self) -> str:
        return self.server.url()


@contextmanager
def server_folder() -> Iterator[tuple[Path, Account | None]]:
    """A folder that the servers' account can reach (pytest's own is closed to it under root)."""
    account = server_account()
    folder = Path(tempfile.mkdtemp(prefix="socle-test-", dir="/tmp"))
    try:
        if account:
            os.chown(folder, account.uid, account.gid)
        yield folder, account
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _placement(account: Account | None) -> Placement:
    return Placement(account=account, tell=print)


@contextmanager
def postgres_running(*, durable: bool = False) -> Iterator[PostgresServer]:
    """A fresh PostgreSQL, killed with the test process; nothing flushed to disk unless `durable`,
    as it is where people rely on it.
    """
    with server_folder() as (folder, account):
        cluster = Cluster(
            installation=_placement(account).postgres(
                origin=os.environ.get("SOCLE_POSTGRES") or None
            ),
            data_dir=folder / "postgres",
            socket_dir=socket_folder(folder, account),
            passwords=Passwords("test-superuser", "test-role"),
            account=account,
            durable=durable,
        )
        cluster.create()
        server = PostgresServer(cluster.process(), folder / "postgresql.log", cluster=cluster)
        try:
            server.start()
            run_apart(cluster.provision)
            yield server
        finally:
            server.stop()
            shutil.rmtree(cluster.socket_dir, ignore_errors=True)


@contextmanager
def valkey_running(*, durable: bool = False) -> Iterator[ValkeyTestServer]:
    """A fresh Valkey, which forgets everything at a restart unless `durable`."""
    with server_folder() as (folder, account):
        valkey = ValkeyServer(
            program=_placement(account).valkey(valkey_program()),
            data_dir=folder,
            socket_dir=socket_folder(folder, account),
            account=account,
            durable=durable,
        )
        server = ValkeyTestServer(valkey.process(), folder / "valkey.log", server=valkey)
        try:
            server.start()
            yield server
        finally:
            server.stop()
            shutil.rmtree(valkey.socket_dir, ignore_errors=True)


def fresh_database(admin_url: str, name: str, *, owner_url: str | None = None) -> str:
    """Drop and create the database `name`, owned by the user of `owner_url`; its URL.

    Refuses every name that does not end in `_test`, so that no slip of configuration
    empties a database someone needs.
    """
    if not re.fullmatch(r"[a-z0-9_]+_test", name):
        raise ValueError(f"Refusing to empty the database {name!r}: its name must end in _test.")
    url = owner_url or make_url(admin_url).set(database=name).render_as_string(hide_password=False)
    owner = make_url(url).username

    async def recreate() -> None:
        connection = await asyncpg.connect(admin_url)
        try:
            await connection.execute(f"drop database if exists {name} with (force)")
            await connection.execute(f'create database {name} owner "{owner}" template template0')
        finally:
            await connection.close()

    run_apart(recreate)
    return url


def database_on(given_url: str, name: str) -> str:
    """A fresh database on the server of TEST_DATABASE_URL, whose own name must end in `_test`."""
    given = make_url(given_url).database or ""
    if not given.endswith("_test"):
        raise ValueError(
            f"TEST_DATABASE_URL names the database {given!r}; only one that ends in _test is used."
        )
    return fresh_database(given_url, name if name != given else f"socle_{name}")
