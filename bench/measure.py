"""Asking several engines for the same file in turn, and saying the figures."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from bench.engines import Engine


@dataclass(frozen=True)
class Figure:
    """Medians in seconds of several runs of one file; `spread` is the slowest over the fastest.

    `least` is the CPU of the run that was disturbed least.
    """

    cpu: float
    least: float
    wall: float
    spread: float
    runs: int
    errors: int
    verdict: str


def in_turn(
    engines: Sequence[Engine], repeats: Sequence[int], request: dict[str, Any]
) -> dict[str, Figure]:
    """Each engine runs the file as often as its `repeats`, one after the other in rounds.

    A round that is shared keeps what else the machine does from favouring one of them.
    Raises `RuntimeError` when a peer crashes.
    """
    answers: dict[str, list[dict[str, Any]]] = {engine.name: [] for engine in engines}
    for turn in range(max(repeats)):
        for engine, wanted in zip(engines, repeats, strict=True):
            if turn < wanted:
                # Validata slows down with each error that its process has met.
                once = {"repeat": 1} if engine.name == "validata" else {}
                answer = engine.ask(**{**request, **once})
                if "crash" in answer:
                    raise RuntimeError(f"{engine.name}: {answer['crash']}")
                answers[engine.name].append(answer)
    return {name: _figure(found) for name, found in answers.items() if found}


def _figure(answers: Sequence[dict[str, Any]]) -> Figure:
    times = [answer["cpu"] for answer in answers]
    return Figure(
        cpu=statistics.median(times),
        least=min(answer["least"] for answer in answers),
        wall=statistics.median(answer["wall"] for answer in answers),
        spread=max(times) / min(times),
        runs=len(times),
        errors=answers[-1]["errors"],
        verdict=answers[-1]["verdict"],
    )


_SCORES: list[tuple[str, str, str, str]] = []


def score(work: str, reached: float, *, least: float | None = None, most: float | None = None,
          unit: str = "×") -> None:  # fmt: skip
    """Note a figure beside what is asked of it, for `show_scores`."""
    bound = f"≥ {least:g} {unit}" if least is not None else f"≤ {most:g} {unit}"
    kept = (least is None or reached >= least) and (most is None or reached <= most)
    _SCORES.append((work, bound, f"{reached:.3g} {unit}", "yes" if kept else "no"))


def show_scores() -> None:
    """All figures that were noted, in the order of the run."""
    if _SCORES:
        show("Asked and reached", ["work", "asked", "reached", "yes or no"], _SCORES)


def show(title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """One table in Markdown, so that a page can hold what was printed as it is."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(heads)} |")
    print(f"|{'---|' * len(heads)}")
    for line in lines:
        print(f"| {' | '.join(line)} |", flush=True)


def seconds(value: float) -> str:
    """Milliseconds under one second."""
    return f"{value * 1000:.3g} ms" if value < 1 else f"{value:.3g} s"


def best_ratio(peer: Figure, own: Figure) -> str:
    """Of the runs that the machine disturbed least: what a busy machine can still tell."""
    return f"× {peer.least / own.least:.3g}"


def ratio(peer: Figure | None, own: Figure) -> str:
    """How many times less CPU we used."""
    return "–" if peer is None else f"× {peer.cpu / own.cpu:.3g}"


def cell(figure: Figure | None) -> str:
    """CPU median; a single run is said to be one."""
    if figure is None:
        return "–"
    once = " (1 run)" if figure.runs == 1 else ""
    return f"{seconds(figure.cpu)}{once}"


def count(number: int) -> str:
    """Thousands apart."""
    return f"{number:,}".replace(",", " ")


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in _cpu_facts()
            if line.lower().startswith("model name")
        ),
        platform.processor() or platform.machine(),
    )
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB; {platform.system()} "
        f"{platform.release()}; Python {platform.python_version()}; load {load}"
    )


def _cpu_facts() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
