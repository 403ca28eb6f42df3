"""The engine beside those that towns use today: one run, all the figures.

`python -m bench.engine` takes about three minutes; `--full` measures a million rows, the
slowest peer at 100,000 when some are bad, and takes about half an hour; `--huge` adds a file
of 5 GB. `--rows` measures the grants at these sizes alone.
"""

import argparse
import os
from dataclasses import replace
from datetime import UTC, datetime

from bench.engines import PINS, install_peers
from bench.measure import machine, show_scores
from bench.memory import memory
from bench.service import cold_shell, over_http
from bench.speed import FULL, QUICK, TARGETS, deliberations, grants, split, unasked, workbooks

SECTIONS = ("grants", "split", "unasked", "deliberations", "xlsx", "memory", "cold", "http")
_GIGABYTE = 10**9


def arguments() -> argparse.Namespace:
    """Of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="all sizes, all peers")
    parser.add_argument("--huge", action="store_true", help="a file of 5 GB too (disk: 5 GB)")
    parser.add_argument(
        "--rows",
        nargs="+",
        type=int,
        choices=sorted(TARGETS),
        metavar="N",
        help=f"sizes of the grants: {', '.join(map(str, TARGETS))}",
    )
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=SECTIONS)
    parser.add_argument(
        "--engine", choices=("exact", "fast"), default=os.environ.get("SOCLE_ENGINE") or None,
        help="force one path of ours (SOCLE_ENGINE)",
    )  # fmt: skip
    return parser.parse_args()


def main() -> None:
    """Install the peers if need be, measure, print Markdown."""
    asked = arguments()
    scale = FULL if asked.full else QUICK
    if asked.rows:
        scale = replace(scale, rows=tuple(asked.rows))
    install_peers()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {machine()}")
    print(f"peers: {', '.join(PINS)}; engine: {asked.engine or 'chosen alone'}")
    work = {
        "grants": lambda: grants(scale, asked.engine),
        "split": lambda: split(scale, asked.engine),
        "unasked": lambda: unasked(asked.engine),
        "deliberations": lambda: deliberations(scale, asked.engine),
        "xlsx": lambda: workbooks(scale, asked.engine),
        "memory": lambda: memory(
            1_000_000 if asked.full else 100_000, 5 * _GIGABYTE if asked.huge else 0, asked.engine
        ),
        "cold": lambda: cold_shell(asked.engine),
        "http": lambda: over_http(400 if asked.full else 60, 2, with_validata=asked.full),
    }
    for section in SECTIONS:
        if section in asked.only:
            work[section]()
    show_scores()


if __name__ == "__main__":
    main()
