"""Start, stop, crash, start again: the data are still there and nothing keeps running."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest

from socle.embedded.programs import installations
from tests.integration.embedded.running import RunningPlatform, platform_running, refusal


@pytest.fixture(params=["system", "wheel"])
def environ(request: pytest.FixtureRequest) -> dict[str, str]:
    """Both PostgreSQLs: that of the machine, where there is one, and that of the wheel."""
    if request.param not in {installation.origin for installation in installations()}:
        pytest.skip(f"no PostgreSQL of origin {request.param} here")
    return {"SOCLE_POSTGRES": request.param}


def socket_folder_of(platform: RunningPlatform) -> Path:
    return Path(platform.answer["database_url"].partition("?host=")[2])


def wait_until(truth: Callable[[], bool], *, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


async def test_the_data_survive_every_way_a_platform_can_end(
    folder: Path, environ: dict[str, str]
) -> None:
    data = folder / "data"
    deaf = {"DEAF_CHILD": "1"} if environ["SOCLE_POSTGRES"] == "wheel" else {}
    with platform_running(data, environ={**environ, **deaf}) as platform:
        platform.query("create table t as select generate_series(1, 1000) as n")
        platform.query("create extension unaccent")
        platform.query("create extension pg_trgm")
        assert platform.query("select lower('ÉCOLE À ŒUVRE')") == "école à œuvre"
        assert platform.query("show data_checksums") == "on"
        assert platform.query("show dynamic_shared_memory_type") == "mmap"
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(platform.answer["database_url"], password="guessed")
        with platform.redis() as redis:
            redis.set("clé", "valeur")
        family = platform.family()
        idle = await asyncpg.connect(platform.answer["database_url"])

        started = time.monotonic()
        platform.end(signal.SIGTERM)

        # A client is still connected, and with the wheel one child ignores SIGTERM.
        assert time.monotonic() - started < (10 if deaf else 4)
        assert not [process for process in family if process.is_running()]
        assert not socket_folder_of(platform).exists()
        idle.terminate()

    with platform_running(data, environ=environ) as platform:
        family = platform.family()[1:]
        platform.query("insert into t values (1001)")
        with platform.redis() as redis:
            redis.set("après", "redémarrage")
            redis.execute_command("WAITAOF", 1, 0, 2000)
        platform.end(signal.SIGKILL)
        wait_until(lambda: not [process for process in family if process.is_running()])

    with platform_running(data, environ=environ) as platform:
        assert platform.query("select count(*) from t") == 1001
        with platform.redis() as redis:
            assert redis.mget("clé", "après") == [b"valeur", "redémarrage".encode()]


def test_a_killed_server_is_started_again_on_its_data(folder: Path) -> None:
    with platform_running(folder / "data") as platform:
        platform.query("create table t as select generate_series(1, 1000) as n")
        with platform.redis() as redis:
            redis.set("k", "v")
            redis.execute_command("WAITAOF", 1, 0, 2000)

        for name in ("postgresql", "valkey"):
            psutil.Process(platform.children[name]).kill()

        wait_until(lambda: answers(lambda: platform.query("select count(*) from t") == 1000))
        with platform.redis() as redis:
            wait_until(lambda: answers(lambda: redis.get("k") == b"v"))


def answers(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except Exception:  # noqa: BLE001 - a server that is away fails in many ways
        return False


def test_two_platforms_do_not_disturb_each_other_and_one_folder_is_served_once(
    folder: Path,
) -> None:
    one, other = folder / "one", folder / "données de l’autre"
    with platform_running(one) as first, platform_running(other) as second:
        first.query("create table only_in_first (n int)")

        assert second.query("select to_regclass('only_in_first')") is None
        assert first.answer["redis_url"] != second.answer["redis_url"]
        sentence = refusal(one)
        assert f"processus {first.process.pid}" in sentence
        assert "--data-dir" in sentence

        first.end()
        assert second.query("select 1") == 1


def test_a_second_signal_stops_at_once_even_what_ignores_the_first(folder: Path) -> None:
    with platform_running(folder / "data", environ={"DEAF_CHILD": "1"}) as platform:
        time.sleep(0.2)  # until it is deaf
        platform.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        started = time.monotonic()

        platform.end(signal.SIGINT)

        assert time.monotonic() - started < 3.5
        assert platform.process.returncode == 0
        log = (folder / "data" / "logs" / "postgresql.log").read_text()
        assert log.endswith("database system is shut down\n")
