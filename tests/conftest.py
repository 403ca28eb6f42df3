"""Fixtures for all tests: real servers, started on first use."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping

import pytest
import uvloop
from hypothesis import settings

from tests.support.services import (
    PostgresServer,
    ValkeyTestServer,
    database_on,
    postgres_running,
    valkey_running,
)

# How long an example takes is measured in bench/, never asserted in a test. A run tries the same
# examples as the last one: what turns red has changed. `make explore` tries others.
settings.register_profile("socle", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("socle")

_THRESHOLDS = gc.get_threshold()


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], uvloop.Loop]]:
    """The loop on which services and workers run."""
    return {"uvloop": uvloop.new_event_loop}


def pytest_runtest_teardown() -> None:
    """A service that a test starts in this process makes garbage collection rare in it: what one
    test left would be found, and complained of, in another.
    """
    if gc.get_threshold() != _THRESHOLDS:
        gc.set_threshold(*_THRESHOLDS)
        gc.unfreeze()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their parameter: archives hold the time, and xdist compares names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def worker_name() -> str:
    """`gw0`, `gw1`, … under pytest-xdist, `main` without it."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session")
def database_url(worker_name: str) -> Iterator[str]:
    """A database of this process alone, empty at the start of the session."""
    name = f"socle_{worker_name}_test"
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield database_on(given, name)
        return
    with postgres_running() as server:
        yield server.new_database(name)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Valkey of this process alone (or that of TEST_REDIS_URL: run such tests alone)."""
    given = os.environ.get("TEST_REDIS_URL")
    if given:
        yield given
        return
    with valkey_running() as server:
        yield server.url


@pytest.fixture
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL for one test, to be killed and restarted; `new_database(name)` first."""
    with postgres_running() as server:
        yield server


@pytest.fixture
def valkey_server() -> Iterator[ValkeyTestServer]:
    """A Valkey for one test, without persistence, to be killed and restarted."""
    with valkey_running() as server:
        yield server
