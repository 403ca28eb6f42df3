"""What a killed supervisor left behind is stopped; what only looks like it is not."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from socle.embedded.leftovers import (
    ProcessRecord,
    read_records,
    stop_leftovers,
    write_records,
)

_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True)"


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as process:
        yield process
        process.kill()


def record(process: "subprocess.Popen[bytes]", program: str = "sleep") -> ProcessRecord:
    noted = ProcessRecord.of("worker", process.pid, program, int(signal.SIGTERM))
    assert noted is not None
    return noted


def test_a_leftover_is_stopped_in_good_order_even_if_nobody_collects_it(
    sleeper: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    write_records(tmp_path / "pids.json", [record(sleeper)])

    # It stays a zombie until `wait`, as in a container without an init.
    started = time.monotonic()
    assert stop_leftovers(read_records(tmp_path / "pids.json")) == ["worker"]

    assert time.monotonic() - started < 5
    assert psutil.Process(sleeper.pid).status() == psutil.STATUS_ZOMBIE
    assert sleeper.wait() == -signal.SIGTERM
    assert stop_leftovers(read_records(tmp_path / "pids.json")) == []


def test_a_number_that_now_belongs_to_another_process_is_left_alone(
    sleeper: "subprocess.Popen[bytes]",
) -> None:
    noted = record(sleeper)

    assert stop_leftovers([replace(noted, started=noted.started - 60)]) == []
    assert stop_leftovers([replace(noted, program="/usr/bin/postgres")]) == []

    assert sleeper.poll() is None


def test_one_that_ignores_the_signal_is_killed() -> None:
    argv = [sys.executable, "-c", f"{_DEAF}; time.sleep(60)"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, start_new_session=True) as deaf:
        assert deaf.stdout is not None
        deaf.stdout.readline()

        assert stop_leftovers([record(deaf, sys.executable)], patience=0.2) == ["worker"]
        assert deaf.wait() == -signal.SIGKILL


@pytest.mark.parametrize("content", [None, "", "{", '[{"name": "x"}]', "[1]", "null"])
def test_a_missing_or_damaged_note_names_nothing(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "pids.json"
    if content is not None:
        path.write_text(content)

    assert read_records(path) == []
