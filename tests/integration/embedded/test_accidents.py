"""What happens to a data folder between two starts, and what the operator is told."""

import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from socle.embedded.accounts import server_account
from socle.embedded.datafolder import DataFolder
from tests.integration.embedded.running import platform_running, refusal


def test_a_long_path_with_spaces_and_accents_is_served(folder: Path) -> None:
    data = folder / ("données d’été " * 10) / ("x" * 120) / "data"

    with platform_running(data) as platform:
        assert platform.query("select 1") == 1
        with platform.redis() as redis:
            assert redis.config_get("port") == {"port": "0"}
            policy = redis.config_get("maxmemory-policy")
            assert policy == {"maxmemory-policy": "noeviction"}
            assert redis.config_get("appendfsync") == {"appendfsync": "everysec"}
        assert platform.query("show listen_addresses") == ""


def test_a_folder_left_in_disorder_by_a_crash_is_served_again(folder: Path) -> None:
    data = folder / "data"
    with platform_running(data) as platform:
        platform.query("create table t as select 1 as n")
        with platform.redis() as redis:
            redis.set("first", "1")
            redis.set("last", "2" * 1000)
            redis.execute_command("WAITAOF", 1, 0, 2000)
        family = platform.family()[1:]
        platform.end(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)
    # The power went while Valkey wrote its last command.
    (log,) = (data / "valkey" / "appendonlydir").glob("*.incr.aof")
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 10)
    # The old number of PostgreSQL now belongs to some other process, as in a container.
    bystander = psutil.Popen(["sleep", "60"], **_identity())
    lock = data / "postgres" / "postmaster.pid"
    lock.write_text(f"{bystander.pid}\n{data / 'postgres'}\n{int(time.time())}\n5432\n\n\n")
    (data / "postgres.nouveau").mkdir()

    try:
        with platform_running(data) as platform:
            assert platform.query("select n from t") == 1
            with platform.redis() as redis:
                assert redis.mget("first", "last") == [b"1", None]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def _identity() -> dict[str, Any]:
    account = server_account()
    return account.popen_arguments() if account else {}


def test_servers_that_outlive_a_killed_supervisor_are_stopped_before_the_next_start(
    folder: Path,
) -> None:
    """As on a machine whose kernel does not end children with their parent."""
    data = folder / "data"
    with platform_running(data) as platform:
        platform.query("create table t as select 1 as n")
        noted = json.loads((data / "run" / "pids.json").read_text())
    argv = server_by_hand(noted[0]["program"], data)
    survivor = psutil.Popen(argv, cwd="/", start_new_session=True, **_identity())
    try:
        wait_for_file(data / "postgres" / "postmaster.pid", "ready")

        with platform_running(data) as platform:
            (told,) = platform.answer["told"]
            assert str(survivor.pid) in told
            assert survivor.wait(timeout=1) == 0
            assert platform.query("select n from t") == 1
    finally:
        survivor.kill() if survivor.poll() is None else None
        survivor.wait()


def server_by_hand(program: str, data: Path) -> list[str]:
    cluster = str(data / "postgres")
    return [program, "-D", cluster, "-c", "listen_addresses=", "-k", cluster]


def wait_for_file(path: Path, word: str) -> None:
    for _ in range(200):
        if path.exists() and word in path.read_text():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} never said {word}")


def test_each_damage_is_named_with_its_remedy(folder: Path) -> None:
    data = folder / "data"
    with platform_running(data):
        pass
    version = data / "postgres" / "PG_VERSION"
    major = version.read_text()

    version.write_text("13\n")
    sentence = refusal(data)
    assert "PostgreSQL 13" in sentence
    assert "pg_dump" in sentence
    version.write_text(major)

    secrets = data / "secrets.json"
    kept = secrets.read_text()
    secrets.unlink()
    assert "secrets.json" in refusal(data)
    secrets.write_text(json.dumps(dict.fromkeys(json.loads(kept), "other")))
    assert "secrets.json" in refusal(data)
    secrets.write_text("{")
    assert "JSON" in refusal(data)
    secrets.write_text(kept)

    shutil.move(data / "postgres" / "global", data / "global")
    sentence = refusal(data)
    assert "Dernières lignes" in sentence
    assert "postgresql.log" in sentence
    shutil.move(data / "global", data / "postgres" / "global")

    assert "SOCLE_POSTGRES" in refusal(data, environ={"SOCLE_POSTGRES": "docker"})
    with platform_running(data) as platform:
        assert platform.query("select 1") == 1


def test_given_servers_are_used_and_none_is_started(folder: Path, redis_url: str) -> None:
    given = {"DATABASE_URL": "postgresql://u@/d?host=/elsewhere", "REDIS_URL": redis_url}

    with platform_running(folder / "data", environ=given) as platform:
        assert platform.children == {}
        assert platform.answer["database_url"] == given["DATABASE_URL"]
        addresses = DataFolder(folder / "data").addresses()
        assert addresses is not None
        assert addresses.redis_url == redis_url
    assert DataFolder(folder / "data").addresses() is None
