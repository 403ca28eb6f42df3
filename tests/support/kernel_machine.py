"""The kernel run by Python itself, from its own source text: slow, and open to mutation."""

import ctypes
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from services.validator.engine.kernel import layout
from services.validator.engine.kernel.machine import Machine

_FOLDER = Path(layout.__file__).parent
_SCANNING = ("cell_programs", "records", "row_rules", "row_keys", "suspects", "scan")
"""The modules that become one function, those first that others call."""

_IMPORTS = re.compile(r"from services\.validator\.engine\.kernel\.\w+ import (?:\([^)]*\)|.*)")
_WORD = 1 << 64


def source() -> str:
    """The text of all that scans, as one module."""
    return "\n".join(map(_text, _SCANNING))


def _text(module: str) -> str:
    return (_FOLDER / f"{module}.py").read_text(encoding="utf-8")


def pure_machine(
    scan: str | None = None,
    primitives: Mapping[str, Any] | None = None,
    wrap: Callable[[Any], Any] = lambda function: function,
) -> Machine:
    """The kernel of this source text, by default of its own.

    `primitives` stand in for some of ours; `wrap` is given each function.
    """
    scanning = _executed(source() if scan is None else scan, primitives or {}, wrap)
    checking = _executed(_text("utf8"), {}, wrap)
    return Machine(
        scan=scanning["scan"],
        checked=checking["checked"],
        place=scanning["place"],
        moved=scanning["moved"],
        hashed=hashed,
        combined=combined,
    )


def _executed(
    text: str, primitives: Mapping[str, Any], wrap: Callable[[Any], Any]
) -> dict[str, Any]:
    names: dict[str, Any] = {
        each.__name__: each
        for each in (
            load8, load32, load64, store64, equal_mask, high_mask, less_mask,
            lowest_bit, within_mask,
            hashed, combined,
        )
    }  # fmt: skip
    names |= {"compiled": wrap, "apart": wrap, **primitives}
    exec(compile(_IMPORTS.sub("", text), "kernel", "exec"), names)
    return names


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


def less_mask(address: int, bound: int) -> int:
    data = ctypes.string_at(address, 64)
    return sum(1 << place for place, each in enumerate(data) if each < bound)


def within_mask(address: int, lows: int, counts: int) -> int:
    lanes = zip(*(ctypes.string_at(each, 32) for each in (address, lows, counts)), strict=True)
    return sum(
        1 << place for place, (each, low, count) in enumerate(lanes) if (each - low) % 256 < count
    )


def lowest_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1 if mask else 64


def _signed(value: int) -> int:
    value %= _WORD
    return value - _WORD if value >= _WORD // 2 else value


def hashed(address: int, length: int, key: int) -> int:
    return _signed(hash((ctypes.string_at(address, length), key)))


def combined(total: int, value: int) -> int:
    return _signed(total * 31 + value)
