"""The compiled kernel for tests: warmed once, then read from the user's cache."""

from functools import cache

import pytest

from services.validator.adapters.acceleration import warm_kernel
from services.validator.engine.kernel.machine import Machine


@cache
def compiled_machine() -> Machine:
    """Skips where the extra `fast` is not installed."""
    pytest.importorskip("numba", reason="the extra `fast` is not installed")
    warm_kernel()
    from services.validator.engine.kernel.compiled import machine  # noqa: PLC0415 - needs Numba

    return machine()
