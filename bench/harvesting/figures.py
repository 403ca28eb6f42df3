"""What is measured, and the tables that say it."""

import statistics
import threading
import time
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

import psutil

from bench.harvesting.bare import bare
from bench.harvesting.platform import Bench, platform
from bench.harvesting.portal import Running, portal
from bench.measure import count, seconds, show
from tests.support.platform import free_port

_CONCURRENCY = 8
_PORTALS = {"0 ms": (0.0, False), "20 ms": (0.02, False), "20 ms, ETag": (0.02, True)}
"""How long a portal thinks, and whether its listing has validators."""
_PARTS = {
    "harvester-worker": "harvester's worker",
    "web": "services (catalogue, validator)",
    "postgresql": "PostgreSQL",
}
_MEBIBYTE = 2**20
_BARE_RUNS = 3


def rates(scale: float) -> None:
    """First harvest beside the bare loop; second harvest beside the first.

    Not within six minutes of removing many files from that disk: for so long ext4 steps over each
    inode that was freed, whenever a file is made, and a content costs several times as much.
    """
    datasets = int(10_000 * scale)
    first_lines, second_lines, cpu_lines = [], [], []
    ports = {kind: free_port() for kind in (*_PORTALS, "warm")}
    allowed = ",".join(f"127.0.0.1:{port}" for port in ports.values())
    with platform(
        allowed_hosts=allowed, host_concurrency=str(_CONCURRENCY), recheck_hours="24"
    ) as bench:
        _warm(bench, ports["warm"])
        for title, (delay, etags) in _PORTALS.items():
            with portal(datasets, port=ports[title], delay=delay, etags=etags) as running:
                first, second = _two_harvests(bench, running, datasets)
            peer = first.peer
            first_lines.append([
                title, seconds(peer), seconds(first.seconds), f"{peer / first.seconds:.0%}",
                "≥ 60 %",
            ])  # fmt: skip
            cpu_lines.append([
                title, seconds(first.peer_cpu), *(seconds(first.cpu[part]) for part in _PARTS),
                seconds(sum(first.cpu.values())), seconds(sum(second.cpu.values())),
            ])  # fmt: skip
            second_lines.append([
                title, count(first.requests), count(second.requests),
                f"{second.requests / first.requests:.2%}", "≤ 3 %", seconds(second.seconds),
                f"{second.seconds / first.seconds:.1%}", "≤ 5 %",
            ])  # fmt: skip
    show(
        f"First harvest of {count(datasets)} datasets and {count(2 * datasets)} files, "
        f"{_CONCURRENCY} requests at once; the validator's worker is held",
        ["the portal answers in", "bare httpx2 loop (median)", "socle", "rate", "asked"],
        first_lines,
    )
    show(
        "Processor time of the first harvest, without the portal",
        ["the portal answers in", "bare httpx2 loop", *_PARTS.values(), "all", "all, second"],
        cpu_lines,
    )
    show(
        "Second harvest, nothing changed",
        ["the portal answers in", "requests, first", "second", "share", "asked",
         "time, second", "share of the first", "asked"],
        second_lines,
    )  # fmt: skip


@dataclass(frozen=True)
class _Harvest:
    seconds: float
    requests: int
    cpu: dict[str, float]
    peer: float = 0.0
    peer_cpu: float = 0.0


def _warm(bench: Bench, port: int) -> None:
    """A small harvest: processes that have just started are still importing."""
    with portal(100, port=port) as running, bench.holding("validator"):
        bench.harvest(bench.add_sources([running.root()]), within=600)


def _two_harvests(bench: Bench, running: Running, datasets: int) -> tuple[_Harvest, _Harvest]:
    began = time.process_time()
    peers = [bare(running, datasets, _CONCURRENCY) for _ in range(_BARE_RUNS - 1)]
    peer_cpu = (time.process_time() - began) / len(peers)
    [source] = bench.add_sources([running.root()])
    first = _harvest(bench, running, source)
    _check(bench, source, new=datasets)
    peers.append(bare(running, datasets, _CONCURRENCY))
    second = _harvest(bench, running, source)
    _check(bench, source, unchanged=datasets)
    return replace(first, peer=statistics.median(peers), peer_cpu=peer_cpu), second


def _harvest(bench: Bench, running: Running, source: UUID) -> _Harvest:
    asked, before = running.asked(), bench.cpu()
    with bench.holding("validator"):
        elapsed = bench.harvest([source], within=3_600)
        cpu = {part: spent - before[part] for part, spent in bench.cpu().items()}
    return _Harvest(elapsed, (running.asked() - asked).total(), cpu)


def memory(scale: float) -> None:
    """Resident memory of the harvester's worker while it lists portals of three sizes.

    The datasets have no files, so that 100,000 of them take minutes.
    """
    lines = []
    base = 0.0
    for size in (1_000, 10_000, int(100_000 * scale)):
        port = free_port()
        with (
            platform(allowed_hosts=f"127.0.0.1:{port}") as bench,
            portal(size, port=port, files=0) as running,
        ):
            [source] = bench.add_sources([running.root()])
            with bench.holding("validator"), _Peak(bench.worker()) as peak:
                elapsed = bench.harvest([source], within=7_200)
            _check(bench, source, new=size)
        base = base or peak.mebibytes
        lines.append([
            count(size), f"{peak.mebibytes:.0f} MiB", f"{peak.mebibytes - base:+.0f} MiB",
            "± 30 MB", seconds(elapsed),
        ])  # fmt: skip
    show(
        "Peak resident memory of the worker over a whole run; the datasets have no files",
        ["datasets", "peak", "beside the first", "asked", "time"],
        lines,
    )


def silent_hosts(scale: float) -> None:
    """Sources of which some never answer: how long the others take."""
    sources, silent = int(1_000 * scale), int(50 * scale)
    port = free_port()
    good = [f"127.{1 + n // 250}.0.{1 + n % 250}" for n in range(sources - silent)]
    bad = [f"127.9.0.{1 + n}" for n in range(silent)]
    allowed = ",".join(f"{host}:{port}" for host in (*good, *bad))
    with (
        platform(allowed_hosts=allowed) as bench,
        portal(5, port=port) as running,
    ):
        alone_ids = bench.add_sources([running.root(h) + "/a" for h in good], members=20)
        warm = bench.add_sources([running.root(good[0]) + "/w"], members=20)
        with bench.holding("validator"):
            bench.harvest(warm, within=600)
            alone = bench.harvest(alone_ids, within=3_600)
            again_ids = bench.add_sources([running.root(h) + "/b" for h in good], members=20)
            bad_ids = bench.add_sources([running.root(h) for h in bad], members=20)
            beside = bench.harvest(again_ids, beside=bad_ids, within=3_600)
            asked = running.asked()["silent"]
    show(
        f"{count(sources)} sources of five datasets each, {silent} of them silent",
        ["", "seconds", "ratio", "asked"],
        [
            [f"the {count(len(good))} others alone", seconds(alone), "1", "–"],
            [f"beside the silent ones (asked {asked} times)", seconds(beside),
             f"{beside / alone:.2f}", "≤ 1.2"],
        ],
    )  # fmt: skip


def _check(bench: Bench, source: UUID, **expected: int) -> None:
    state, counts = bench.counts(source)
    found = {name: getattr(counts, name) for name in expected}
    if state != "done" or found != expected:
        raise RuntimeError(f"run {state}: {counts}")


class _Peak:
    """The highest resident memory of a process while the block runs, looked at often."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mebibytes = 0.0

    def _watch(self) -> None:
        while not self._over.is_set():
            self.mebibytes = max(self.mebibytes, self._process.memory_info().rss / _MEBIBYTE)
            time.sleep(0.05)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
