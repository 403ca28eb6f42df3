"""The kernel as machine code of this processor. Importing this module imports Numba (a second).

Numba infers the types and makes LLVM's intermediate code of each function. We link it into one
module, let everything be inlined into the few functions that Python calls, and keep the object
code: without Numba's wrappers it needs neither Numba nor Python to be run.
"""

# mypy: allow-untyped-calls

import os
from dataclasses import fields

import llvmlite.binding as llvm
from numba import types
from numba.core import config

from services.validator.engine.kernel import primitives, row_keys, scan, utf8
from services.validator.engine.kernel.loading import PREFIX, host, target_machine
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.primitives import APART

_SOURCES = (scan, row_keys, utf8, primitives)
"""Where the functions that Python calls stand; what they call in turn comes with them."""


def object_code() -> bytes:
    """Relocatable code for `loading.load`, on this processor only; takes some ten seconds.

    Raises `RuntimeError` when the code would need anything that is not its own.
    """
    host()  # makes LLVM ready
    # Numba would decide what is inlined; that is done here, once, over the whole.
    os.environ["NUMBA_OPT"] = "0"
    config.reload_config()
    module = llvm.parse_assembly("")
    for entry in fields(Machine):
        assembly, symbol, arity = _compiled(entry.name)
        module.link_in(llvm.parse_assembly(assembly))
        module.link_in(llvm.parse_assembly(_exported(entry.name, symbol, arity)))
    for function in module.functions:
        if not function.is_declaration and not function.name.startswith(PREFIX):
            function.linkage = "internal"
            # What is rare would take the registers of what is not.
            apart = any(f"{len(name)}{name}B" in function.name for name in APART)
            function.add_function_attribute("noinline" if apart else "alwaysinline")
    for variable in module.global_variables:
        if not variable.is_declaration:
            variable.linkage = "internal"
    machine = target_machine()
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = False  # cells are short: its loops begin slower than they end
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    foreign = [
        function.name
        for function in module.functions
        if function.is_declaration and not function.name.startswith("llvm.")
    ]
    if foreign:
        raise RuntimeError(f"the kernel needs {foreign}")
    code: bytes = machine.emit_object(module)
    return code


def _compiled(name: str) -> tuple[str, str, int]:
    """What Numba made of the function of this name: LLVM's text, the symbol in it, its words."""
    function = next(getattr(module, name) for module in _SOURCES if hasattr(module, name))
    arity = function.py_func.__code__.co_argcount
    signature = (types.int64,) * arity
    function.compile(signature)
    symbol: str = function.overloads[signature].fndesc.llvm_func_name
    return function.inspect_llvm(signature), symbol, arity


def _exported(name: str, symbol: str, arity: int) -> str:
    """Words in, a word out: Numba's own convention has a place for exceptions, never used."""
    words = ", ".join(f"i64 %w{index}" for index in range(arity))
    native = f'@"{symbol}"'
    return f"""
        declare i32 {native}(ptr, ptr, {", ".join(["i64"] * arity)})
        define i64 @{PREFIX}{name}({words}) {{
          %result = alloca i64
          %exception = alloca ptr
          store i64 0, ptr %result
          %status = call i32 {native}(ptr %result, ptr %exception, {words})
          %word = load i64, ptr %result
          ret i64 %word
        }}"""
