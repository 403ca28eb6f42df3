"""The trunk of a byte table: the states through which most texts pass, one byte after another.

At each place an interval of bytes leads on to one state. How far a cell keeps to these
intervals is seen at a glance, by 32 bytes at once; from there on the table is walked byte by
byte. The verdict is the table's own, whatever the intervals are.
"""

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import ByteTable


def trunk(table: ByteTable) -> NDArray[np.uint8]:
    """The first byte of each interval, then how many each has, then the states (32 bits each).

    State i is that of a text whose first i bytes keep to the trunk, the first one the start.
    """
    lows = np.zeros(at.TRUNK, np.uint8)
    counts = np.zeros(at.TRUNK, np.uint8)
    states = np.zeros(at.TRUNK + 1, np.int32)
    states[0] = table.start
    for place in range(at.TRUNK):
        low, count, state = _widest(table.moves[states[place] + table.classes])
        if state == 0:
            break
        lows[place], counts[place], states[place + 1] = low, count, state
    return np.concatenate([lows, counts, states.view(np.uint8)])


def _widest(targets: NDArray[np.int32]) -> tuple[int, int, int]:
    """The longest run of bytes that lead to one living state: first byte, count, state."""
    begins = np.flatnonzero(np.diff(targets, prepend=-1))
    counts = np.diff(begins, append=len(targets))
    counts[targets[begins] == 0] = 0
    best = int(np.argmax(counts))
    return int(begins[best]), min(int(counts[best]), 255), int(targets[begins[best]])
