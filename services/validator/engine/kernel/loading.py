"""Machine code of the kernel, made callable: LLVM's loader alone, a tenth of a second.

Whoever calls `load` vouches for the code: it must come whole from `building.object_code` on
this `host`.
"""

# mypy: allow-untyped-calls

import ctypes
from dataclasses import fields
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from services.validator.engine.kernel.machine import ARITIES, Machine

PREFIX = "socle_"
"""Of the names of the functions that Python calls."""

_loaded: list[Any] = []
"""What owns the memory of the code: it lives as long as the process."""


def load(code: bytes) -> Machine:
    """The functions; each call lets other threads run meanwhile."""
    host()  # makes LLVM ready
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target_machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    _loaded.append(engine)
    word = ctypes.c_int64
    return Machine(**{
        entry.name: ctypes.CFUNCTYPE(word, *[word] * ARITIES[entry.name])(
            engine.get_function_address(PREFIX + entry.name)
        )
        for entry in fields(Machine)
    })  # fmt: skip


@cache
def host() -> str:
    """The processor as LLVM sees it: code for another one may crash here."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    features = llvm.get_host_cpu_features().flatten()
    return f"{llvm.get_process_triple()} {llvm.get_host_cpu_name()} {features}"


def target_machine() -> Any:
    """For this very processor."""
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=3,
        reloc="pic",
        codemodel="small",
        jit=True,
    )
