"""The kernel run by Python with every address checked: what it may read and write is known.

The compiled kernel trusts its addresses. Here each load and store must lie within the memory that
Python gave to it, so that a step beyond is an error of a test and not the end of a process.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from services.validator.engine.kernel import memory as shared
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.run import _Pass
from tests.support import kernel_machine


class OutOfBoundsError(Exception):
    """The kernel reached beyond what it was given."""


class _Memory:
    """The regions of the scan under way; none outside of it, where nothing is checked."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def allow(self, regions: list[tuple[int, int]]) -> None:
        ordered = sorted(regions)
        self._starts = [start for start, _ in ordered]
        self._ends = [end for _, end in ordered]

    def check(self, address: int, size: int) -> None:
        if not self._starts:
            return
        index = bisect_right(self._starts, address) - 1
        if index < 0 or address + size > self._ends[index]:
            raise OutOfBoundsError(f"{size} bytes at {address:#x}")


@contextmanager
def guarded_machine(
    wrap: Callable[[Any], Any] = lambda function: function, scan: str | None = None
) -> Iterator[Machine]:
    """A machine for kernels that are used within the context; `wrap` is given its functions."""
    memory = _Memory()

    def guarded(function: Any, size: int) -> Any:
        def checked(address: int, *more: int) -> Any:
            memory.check(address, size)
            return function(address, *more)

        return checked

    def hashed(address: int, length: int, key: int) -> int:
        memory.check(address, length)
        return kernel_machine.hashed(address, length, key)

    original, width = _Pass._scan, shared.WIDTH

    def scanned(self: Any) -> int:
        memory.allow(list(_regions(self)))
        try:
            return original(self)
        finally:
            memory.allow([])

    sizes = {
        "load8": 1,
        "load32": 4,
        "load64": 8,
        "store64": 8,
        "equal_mask": 64,
        "high_mask": 64,
        "less_mask": 64,
        "within_mask": 32,
    }
    primitives = {
        name: guarded(getattr(kernel_machine, name), size) for name, size in sizes.items()
    }
    _Pass._scan = scanned  # type: ignore[method-assign]
    shared.WIDTH = 1  # no more room than each table needs
    try:
        yield kernel_machine.pure_machine(
            scan=scan, primitives={**primitives, "hashed": hashed}, wrap=wrap
        )
    finally:
        _Pass._scan = original  # type: ignore[method-assign]
        shared.WIDTH = width


def _regions(work: Any) -> Iterator[tuple[int, int]]:
    programs, block = work._programs, work._block
    arrays = [
        *work._memory.arrays, work._texts._slots, programs.words,
        np.frombuffer(block.data, np.uint8),
    ]  # fmt: skip
    arrays += [table._slots for table in programs.tables]
    for column in programs.plan.columns:
        arrays += [column.first, column.trunk]
        if column.table is not None:
            arrays += [column.table.classes, column.table.moves, column.table.accepts]
    for array in arrays:
        if array is not None:
            start = int(array.ctypes.data)
            yield start, start + array.nbytes
