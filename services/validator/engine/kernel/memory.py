"""What Python and the kernel share while they read one table, kept for the next one.

To make it anew would cost a small file as much as its rows.
"""

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.blocks import Block
from services.validator.engine.kernel.machine import Machine

_KEPT = 4
"""Memories, of threads that work at once: a megabyte each."""

WIDTH = 256
"""Cells of the rows that a kept one has room for, at least."""

_SCRATCH = 5 + at.SUSPECT_WORDS
"""What the kernel needs of each cell of the present row: status, value, place, suspect."""


class Memory:
    """`state` has the words of `layout`, by number; `address` is where they begin."""

    def __init__(self, machine: Machine, block: int, room: int, width: int) -> None:
        """`block` bytes of the file; `room` events; rows of at most `width` cells."""
        self.width = width
        self.block = Block(machine, block)
        self._words = np.zeros(at.STATE_WORDS, np.int64)
        self.state = self._words.data  # quicker, word by word
        self.address = int(self._words.ctypes.data)
        self.events = np.zeros(room * at.EVENT_WORDS, np.int64)
        self.texts = np.zeros((room + width) * at.TEXT_WORDS, np.int64)
        self.found = np.zeros((4 * room + width) * at.FOUND_WORDS, np.int64)
        self._scratch = np.zeros(_SCRATCH * width, np.int64)
        scratch = int(self._scratch.ctypes.data)
        for place, value in (
            (at.S_EVENTS, int(self.events.ctypes.data)), (at.S_EVENT_ROOM, room),
            (at.S_TEXTS, int(self.texts.ctypes.data)), (at.S_TEXT_ROOM, room + width),
            (at.S_FOUND, int(self.found.ctypes.data)), (at.S_FOUND_ROOM, 4 * room + width),
            (at.S_STATUS, scratch), (at.S_VALUES, scratch + width * at.WORD),
            (at.S_CELLS, scratch + 3 * width * at.WORD),
            (at.S_SUSPECTS, scratch + 5 * width * at.WORD),
        ):  # fmt: skip
            self.state[place // at.WORD] = value

    def clear(self) -> None:
        """Forget the table that was read."""
        self._scratch[:] = 0

    @property
    def arrays(self) -> tuple[NDArray[np.int64], ...]:
        """All that the kernel may read and write here, beside the block."""
        return self._words, self.events, self.texts, self.found, self._scratch


class Memories:
    """Those that no table is read with at present."""

    def __init__(self, machine: Machine, block: int, room: int) -> None:
        self._machine = machine
        self._block = block
        self._room = room
        self._spare: list[Memory] = []

    def take(self, width: int) -> Memory:
        """One for rows of so many cells; nobody else has it until it is given back."""
        try:
            memory = self._spare.pop()
        except IndexError:
            memory = None
        if memory is None or memory.width < width:
            return Memory(self._machine, self._block, self._room, max(width, WIDTH))
        memory.clear()
        return memory

    def give_back(self, memory: Memory) -> None:
        """Kept for the next table when it is of the usual size."""
        if memory.width == WIDTH and memory.block.is_usual and len(self._spare) < _KEPT:
            self._spare.append(memory)
