"""Killing any one process while the demonstration harvests: nothing is missing or doubled."""

import os
import signal
import time

import httpx2
import pytest

from tests.support.platform import Socle, data_folder, running, socle

pytestmark = pytest.mark.slow

CHILDREN = (
    "postgresql",
    "valkey",
    "web",
    "harvester-worker",
    "validator-worker",
    "catalogue-worker",
)


def catalogue_matches(platform: Socle) -> None:
    """The catalogue holds what the towns publish, each once, and every file has a verdict."""
    with httpx2.Client(base_url=platform.url, timeout=30, trust_env=False) as client:
        stats = client.get("/api/catalogue/v1/stats").json()
    sources = platform.publishers()
    wanted: dict[str, int] = {}
    for source in sources:
        for resource in source.resources:
            wanted[resource.verdict] = wanted.get(resource.verdict, 0) + 1
    found = {verdict: count for verdict, count in stats["by_verdict"].items() if count}

    assert stats["datasets"] == sum(len(source.expected) for source in sources)
    assert found == wanted


def harvesting(platform: Socle) -> None:
    """Until some datasets are in and others are not."""
    deadline = time.monotonic() + 120
    with httpx2.Client(base_url=platform.url, timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            try:
                count = client.get("/api/catalogue/v1/stats").json()["datasets"]
            except (httpx2.HTTPError, ValueError, KeyError):
                count = 0
            if count >= 5:
                return
            assert platform.process.poll() is None, platform.output()
            time.sleep(0.2)
    raise AssertionError(f"no dataset came in:\n{platform.output()}")


def test_a_killed_child_is_restarted_and_the_harvest_completes() -> None:
    """Each of them in turn, in one harvest: harder than one at a time."""
    with data_folder() as folder, running("demo", data_dir=folder) as platform:
        harvesting(platform)
        for name in CHILDREN:
            os.kill(platform.pids()[name], signal.SIGKILL)
            time.sleep(1.5)
        platform.wait_for("Ctrl-C arrête")

        catalogue_matches(platform)
        failures = socle("sources", "failures", data_dir=folder)
        assert "Aucune tâche en échec" in failures.stdout, failures.stdout
        assert platform.stop() < 10


def test_a_killed_supervisor_leaves_nothing_running_and_the_next_start_completes() -> None:
    with data_folder() as folder:
        with running("demo", data_dir=folder) as platform:
            harvesting(platform)
            family = platform.family()
            platform.process.kill()
            platform.process.wait(5)
            deadline = time.monotonic() + 10
            while any(p.is_running() and p.status() != "zombie" for p in family):
                assert time.monotonic() < deadline, "children outlived the supervisor"
                time.sleep(0.1)
        with running("demo", data_dir=folder) as platform:
            platform.wait_for("Ctrl-C arrête")
            catalogue_matches(platform)


def test_once_exits_zero_and_the_data_are_there_at_the_next_start() -> None:
    with data_folder() as folder:
        with running("demo", "--once", data_dir=folder) as platform:
            assert platform.wait() == 0, platform.output()
            port = platform.port
        with running("up", data_dir=folder, port=port) as platform:
            platform.wait_for("Ctrl-C arrête")
            catalogue_matches(platform)
            assert "Clé d'administration" not in platform.output()


def test_a_second_platform_is_refused_the_folder_and_the_port_but_may_run_beside() -> None:
    with data_folder() as folder, running("up", data_dir=folder) as first:
        first.wait_for("Ctrl-C arrête")
        with running("up", data_dir=folder) as same_folder:
            assert same_folder.wait(60) == 2
            assert "déjà servi" in same_folder.output()
        with data_folder() as other:
            with running("up", data_dir=other, port=first.port) as same_port:
                assert same_port.wait(60) == 2
                assert "déjà pris" in same_port.output()
            with running("up", data_dir=other) as second:
                second.wait_for("Ctrl-C arrête")
                assert second.stop() < 10
        assert httpx2.get(f"{first.url}/ready", trust_env=False).status_code == 200
        assert first.stop() < 10
