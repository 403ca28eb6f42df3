"""Children are started in order, kept running, and stopped in reverse order in time."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from socle.embedded.errors import ChildFailedError
from socle.embedded.leftovers import read_records
from socle.embedded.process import ProcessSpec, last_lines, rotate
from socle.embedded.signals import StopSignals
from socle.embedded.supervisor import Supervisor

# Appends its name to the journal when it stops.
_POLITE = """
import pathlib, signal, sys, time
def stop(*_):
    with open(sys.argv[1], "a") as journal: journal.write(sys.argv[2] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
pathlib.Path(sys.argv[1] + "." + sys.argv[2]).touch()
time.sleep(60)
"""


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(logs_dir=tmp_path, processes_file=tmp_path / "pids.json")
    yield supervisor
    supervisor.hurry.set()
    await supervisor.stop()


async def until(truth: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not truth():  # noqa: ASYNC110 - other processes set no asyncio.Event
            await asyncio.sleep(0.02)


def polite(tmp_path: Path, name: str, *, foundation: bool = False) -> ProcessSpec:
    journal = tmp_path / "journal"

    async def ready() -> bool:
        return await asyncio.to_thread(Path(f"{journal}.{name}").exists)

    argv = (sys.executable, "-c", _POLITE, str(journal), name)
    return ProcessSpec(name=name, argv=argv, ready=ready, foundation=foundation)


def shell(name: str, script: str, **more: object) -> ProcessSpec:
    return ProcessSpec(name=name, argv=("/bin/sh", "-c", script), **more)  # type: ignore[arg-type]


async def test_programs_stop_before_the_foundations_and_these_in_reverse_order(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    await supervisor.add(polite(tmp_path, "postgresql", foundation=True))
    await supervisor.add(polite(tmp_path, "valkey", foundation=True))
    await supervisor.add(polite(tmp_path, "worker"))
    assert [child.state for child in supervisor.status()] == ["running"] * 3
    noted = read_records(tmp_path / "pids.json")
    assert [record.name for record in noted] == ["postgresql", "valkey", "worker"]

    await supervisor.stop()

    journal = (tmp_path / "journal").read_text().split()
    assert journal == ["worker", "valkey", "postgresql"]
    assert read_records(tmp_path / "pids.json") == []


async def test_a_child_that_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.add(polite(tmp_path, "worker"))
    (before,) = supervisor.status()
    assert before.pid is not None

    def restarted() -> bool:
        return supervisor.status()[0].pid not in {before.pid, None}

    psutil.Process(before.pid).kill()

    await until(lambda: supervisor.status()[0].state == "running" and restarted())
    (after,) = supervisor.status()
    assert after.restarts == 1
    assert [record.pid for record in read_records(tmp_path / "pids.json")] == [after.pid]


async def test_one_that_dies_again_and_again_is_started_ever_less_often(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    await supervisor.add(shell("worker", f"date +%s.%N >> {tmp_path}/starts; sleep 0.05"))

    await asyncio.sleep(2.5)

    starts = len((tmp_path / "starts").read_text().split())
    assert 2 <= starts <= 5


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def test_what_a_killed_worker_leaves_behind_is_ended_too(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    script = f"sleep 60 & echo $! > {tmp_path}/grandchild; wait"
    await supervisor.add(shell("worker", script))
    note = tmp_path / "grandchild"
    await until(lambda: note.exists() and note.read_text().strip() != "")
    grandchild = int(note.read_text())

    await supervisor.stop()

    # A signal that was sent is not yet a process that is gone.
    await until(lambda: gone(grandchild))


async def test_a_start_that_fails_says_what_the_program_said_last(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    (tmp_path / "worker.log").write_text("of an earlier day\n")

    async def never() -> bool:
        return False

    with pytest.raises(ChildFailedError) as failed:
        await supervisor.add(shell("worker", "echo plus de place >&2; exit 3", ready=never))

    assert "« worker »" in failed.value.message
    assert "code 3" in failed.value.message
    assert "plus de place" in failed.value.message
    assert "earlier" not in failed.value.message


async def test_a_start_without_end_is_given_up(supervisor: Supervisor) -> None:
    async def never() -> bool:
        return False

    spec = shell("worker", "sleep 60", ready=never, ready_within=timedelta(seconds=1))
    with pytest.raises(ChildFailedError, match="pas prêt après 1 s"):
        await supervisor.add(spec)

    started = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - started < 3


async def test_a_program_that_is_not_there_is_a_sentence(supervisor: Supervisor) -> None:
    with pytest.raises(ChildFailedError, match="/no/such/program"):
        await supervisor.add(ProcessSpec(name="worker", argv=("/no/such/program",)))


async def test_the_first_signal_closes_what_is_open_and_the_second_hurries() -> None:
    closed = False
    async with StopSignals() as signals:
        try:
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(30)
        finally:
            signal.raise_signal(signal.SIGTERM)
            async with asyncio.timeout(5):
                await signals.hurry.wait()
            closed = True

    assert closed
    assert signals.received == signal.SIGTERM
    await asyncio.sleep(0)  # the cancellation ended with the block


async def test_a_platform_under_nohup_outlives_its_terminal() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        async with StopSignals() as signals:
            signal.raise_signal(signal.SIGHUP)
            await asyncio.sleep(0.05)
        assert signals.received is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_log_that_grew_is_kept_thrice_and_a_small_one_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    for generation in range(5):
        log.write_text(f"{generation}" * 11)
        rotate(log, limit=10)
    log.write_text("small")
    rotate(log, limit=10)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "worker.log",
        "worker.log.1",
        "worker.log.2",
        "worker.log.3",
    ]
    assert (tmp_path / "worker.log.1").read_text()[0] == "4"
    assert last_lines(log) == "small"
    assert last_lines(tmp_path / "absent") == ""
