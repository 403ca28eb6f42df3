"""Machine words for the kernel: memory by address, 64 bytes compared at once.

Addresses instead of arrays: an array would have each index checked for its sign. Whoever
calls the kernel guarantees 64 readable bytes after the last one of a block.
"""

# ruff: noqa: ANN001, ANN201, ARG001 - signatures are for the compiler
# mypy: allow-untyped-decorators

from typing import Any

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

LANES = 64

_intrinsic: Any = intrinsic
APART: list[str] = []
"""Names of functions that are called, not inlined."""


def compiled(function: Any) -> Any:
    """A function of the kernel, inlined where it is called."""
    return numba.njit(boundscheck=False)(function)


def apart(function: Any) -> Any:
    """A function of the kernel that is seldom called."""
    APART.append(function.__name__)
    return compiled(function)


def _loader(bits: int) -> Any:
    @_intrinsic
    def load(_typing: Any, address: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            word = ir.IntType(bits)
            pointer = builder.inttoptr(arguments[0], word.as_pointer())
            value = builder.load(pointer, align=1)
            return value if bits == 64 else builder.zext(value, ir.IntType(64))

        return types.int64(types.int64), code

    return load


load8 = _loader(8)
load32 = _loader(32)
load64 = _loader(64)


@_intrinsic
def store64(_typing: Any, address: Any, value: Any) -> Any:
    """Write a word."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        pointer = builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())
        builder.store(arguments[1], pointer, align=1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), code


_VECTOR = ir.VectorType(ir.IntType(8), LANES)
_HALF = ir.VectorType(ir.IntType(8), LANES // 2)


def _lanes(builder: Any, address: Any, lanes: Any = _VECTOR) -> Any:
    """The bytes at the address."""
    return builder.load(builder.inttoptr(address, lanes.as_pointer()), align=1)


def _everywhere(builder: Any, word: Any) -> Any:
    """The lowest byte of the word, in each lane."""
    nothing = ir.Constant(_VECTOR, ir.Undefined)
    byte = builder.trunc(word, ir.IntType(8))
    single = builder.insert_element(nothing, byte, ir.IntType(32)(0))
    first = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
    return builder.shuffle_vector(single, nothing, first)


def _bits(builder: Any, lanes: Any) -> Any:
    """A bit of a word for each lane."""
    return builder.bitcast(lanes, ir.IntType(64))


@_intrinsic
def equal_mask(_typing: Any, address: Any, byte: Any) -> Any:
    """Bit i: the i-th of the 64 bytes at the address is this one."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        data = _lanes(builder, arguments[0])
        return _bits(builder, builder.icmp_unsigned("==", data, _everywhere(builder, arguments[1])))

    return types.int64(types.int64, types.int64), code


@_intrinsic
def high_mask(_typing: Any, address: Any) -> Any:
    """Bit i: the i-th of the 64 bytes at the address is beyond ASCII."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        zero = ir.Constant(_VECTOR, [0] * LANES)
        return _bits(builder, builder.icmp_signed("<", _lanes(builder, arguments[0]), zero))

    return types.int64(types.int64), code


@_intrinsic
def less_mask(_typing: Any, address: Any, bound: Any) -> Any:
    """Bit i: the i-th of the 64 bytes at the address, which has no sign, is below the bound."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        data = _lanes(builder, arguments[0])
        return _bits(builder, builder.icmp_unsigned("<", data, _everywhere(builder, arguments[1])))

    return types.int64(types.int64, types.int64), code


@_intrinsic
def within_mask(_typing: Any, address: Any, lows: Any, counts: Any) -> Any:
    """Bit i: the i-th of the 32 bytes at the address is one of so many from the i-th low one."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        data, low, count = (_lanes(builder, argument, _HALF) for argument in arguments)
        inside = builder.icmp_unsigned("<", builder.sub(data, low), count)
        return builder.zext(builder.bitcast(inside, ir.IntType(32)), ir.IntType(64))

    return types.int64(types.int64, types.int64, types.int64), code


@_intrinsic
def lowest_bit(_typing: Any, mask: Any) -> Any:
    """Number of zero bits below the lowest one; 64 for none."""

    def code(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.int64), code


@compiled
def hashed(address, length, key):  # type: ignore[no-untyped-def]
    """64 bits of a keyed hash; with two keys, no collision is to be feared or contrived."""
    value = key ^ (length * -7046029254386353131)
    done = 0
    while done < length:
        if length - done >= 8:
            word = load64(address + done)
        else:
            word = 0
            for index in range(length - done):
                word |= load8(address + done + index) << (8 * index)
        value = (value ^ word) * -4417276706812531889
        value ^= (value >> 29) & 0x7FFFFFFFF
        value = (value + key) * -8663945395140668459
        value ^= (value >> 32) & 0xFFFFFFFF
        done += 8
    return value


@compiled
def combined(total, value):  # type: ignore[no-untyped-def]
    """The hash of a key of several cells."""
    return total * 31 + value
