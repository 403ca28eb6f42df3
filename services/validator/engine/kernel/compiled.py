"""The kernel as Numba compiles it. Importing this module imports Numba (a third of a second)."""

from services.validator.engine.kernel import primitives, scan, utf8
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.run import Kernel


def machine() -> Machine:
    """The compiled functions; the first call of each compiles it or reads it from the cache."""
    return Machine(
        scan=scan.scan,
        checked=utf8.checked,
        place=scan.place,
        moved=scan.moved,
        hashed=primitives.hashed,
        combined=primitives.combined,
    )


def kernel() -> Kernel:
    """A kernel of its own."""
    return Kernel(machine())
