"""The kernel run by Python itself, from its own source text: slow, and open to mutation."""

import ctypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.validator.engine.kernel import layout
from services.validator.engine.kernel.machine import Machine

_FOLDER = Path(layout.__file__).parent
_IMPORTS = re.compile(
    r"from services\.validator\.engine\.kernel\.primitives import (?:\([^)]*\)|.*)"
)
_WORD = 1 << 64


def source(module: str) -> str:
    """The text of a module of the kernel."""
    return (_FOLDER / f"{module}.py").read_text(encoding="utf-8")


def pure_machine(scan: str | None = None, utf8: str | None = None) -> Machine:
    """The kernel of these source texts, by default of its own."""
    scanning = _executed(source("scan") if scan is None else scan)
    checking = _executed(source("utf8") if utf8 is None else utf8)
    return Machine(
        scan=scanning["scan"],
        checked=checking["checked"],
        place=scanning["place"],
        moved=scanning["moved"],
        hashed=hashed,
        combined=combined,
    )


def _executed(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {
        each.__name__: each
        for each in (
            compiled, apart, load8, load32, load64, store64, equal_mask, high_mask, lowest_bit,
            hashed, combined,
        )
    }  # fmt: skip
    exec(compile(_IMPORTS.sub("", text), "kernel", "exec"), names)
    return names


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def apart(function: Callable[..., Any]) -> Callable[..., Any]:
    return function


def load8(address: int) -> int:
    return ctypes.c_uint8.from_address(address).value


def load32(address: int) -> int:
    return ctypes.c_uint32.from_address(address).value


def load64(address: int) -> int:
    return ctypes.c_int64.from_address(address).value


def store64(address: int, value: int) -> None:
    ctypes.c_int64.from_address(address).value = value


def equal_mask(address: int, byte: int) -> int:
    data = ctypes.string_at(address, 64)
    return sum(1 << place for place, each in enumerate(data) if each == byte)


def high_mask(address: int) -> int:
    data = ctypes.string_at(address, 64)
    return sum(1 << place for place, each in enumerate(data) if each > 0x7F)


def lowest_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1 if mask else 64


def _signed(value: int) -> int:
    value %= _WORD
    return value - _WORD if value >= _WORD // 2 else value


def hashed(address: int, length: int, key: int) -> int:
    return _signed(hash((ctypes.string_at(address, length), key)))


def combined(total: int, value: int) -> int:
    return _signed(total * 31 + value)
