"""When the accept kernel is used.

The kernel is compiled once by `warm_kernel`, at installation or at the start of a worker,
into a file of the user (`kernel_store`). A process that may write nothing then only reads it.
Whatever is missing (the packages, the file, the right processor), the exact checks alone give
the same report.
"""

import importlib
import os
from functools import cache
from importlib.util import find_spec
from typing import Any

from services.validator.adapters import kernel_store
from services.validator.engine.check import Accelerator

MODE = "SOCLE_ENGINE"
"""Environment: `exact` never uses the kernel, `fast` always, `auto` (the default) where it pays."""

WORTH_LOADING = 8 << 20
"""Bytes of a file from which loading the kernel (a quarter of a second) costs less than it saves.
"""

_KERNEL = "services.validator.engine.kernel"
_kernels: list[Accelerator] = []


def accelerator(size: int) -> Accelerator | None:
    """The kernel for a file of so many bytes, or None where the exact checks do."""
    mode = os.environ.get(MODE, "auto")
    if mode == "exact":
        return None
    if _kernels:
        return _kernels[0]
    if mode == "fast":
        warm_kernel()
    elif size < WORTH_LOADING:
        return None
    return _kernels[0] if preload() else None


def preload() -> bool:
    """Load the kernel if it is warm, for a process that will check many files."""
    if os.environ.get(MODE, "auto") == "exact" or not _installed() or not kernel_store.is_kept():
        return False
    if not _kernels:
        loading = _module("loading")
        code = kernel_store.kept(loading.host())
        if code is None:
            return False
        _kernels.append(_module("run").Kernel(loading.load(code)))
    return True


def warm_kernel() -> bool:
    """Compile the kernel (some ten seconds) unless that is done; False without Numba.

    Raises `OSError` when its folder cannot be written.
    """
    if not _installed():
        return False
    kernel_store.keep(_module("loading").host(), lambda: _module("building").object_code())
    return True


def is_warm() -> bool:
    """Whether the machine code of these sources is there."""
    return _installed() and kernel_store.is_kept()


@cache
def _installed() -> bool:
    return find_spec("numba") is not None


def _module(name: str) -> Any:
    """Imported when it is needed: LLVM and Numba are slow to import."""
    return importlib.import_module(f"{_KERNEL}.{name}")
