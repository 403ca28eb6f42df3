"""The harvester's figures, each against a peer in the same run.

`python -m bench.harvest` measures the real platform (`socle up`) against a loopback portal in
another process: a first harvest beside a bare `httpx2` loop over the same pages and files, a
second one of the unchanged portal, memory from 1,000 to 100,000 datasets, and 1,000 sources
of which 50 are silent. `--scale 0.1` takes a tenth of each.
"""

import argparse
from datetime import UTC, datetime

from bench.harvesting.figures import memory, rates, silent_hosts
from bench.measure import machine

SECTIONS = {"rates": rates, "memory": memory, "silent": silent_hosts}


def main() -> None:
    """Measure and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of each size")
    parser.add_argument("--only", nargs="+", choices=sorted(SECTIONS), default=list(SECTIONS))
    asked = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {machine()}", flush=True)
    for name in asked.only:
        SECTIONS[name](asked.scale)


if __name__ == "__main__":
    main()
