"""The compiled kernel for tests: made once for a state of the sources, then read."""

from functools import cache

import pytest

from services.validator.adapters import kernel_store
from services.validator.adapters.acceleration import warm_kernel
from services.validator.engine.kernel.machine import Machine


@cache
def compiled_machine() -> Machine:
    """Skips where the extra `fast` is not installed."""
    pytest.importorskip("numba", reason="the extra `fast` is not installed")
    warm_kernel()
    from services.validator.engine.kernel.loading import host, load  # noqa: PLC0415 - needs LLVM

    code = kernel_store.kept(host())
    assert code is not None
    return load(code)
