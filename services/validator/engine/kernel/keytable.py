"""Keys seen so far, 24 bytes each in a table that doubles: 128 bits of a keyed hash, the row.

The kernel looks up the keys it can read; the exact checks look up the others in the same
table. The hash has a secret of its own in each validation, so that nobody can contrive a
collision; by chance one occurs once in 10²⁴ files of a million keys.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.keys import Key

_FIRST_SLOTS = 1 << 12
_WORD_MAX = 1 << 62
_HASHES = 2


class KeyTable:
    """Serves as the memory of a `UniqueCheck`; `words` tell the kernel where it is."""

    def __init__(self, machine: Machine, secret: int) -> None:
        self._machine = machine
        self._secret = secret
        self._slots = np.zeros((_FIRST_SLOTS, 3), np.int64)
        self.used = 0

    @property
    def address(self) -> int:
        """Where the slots begin; it changes when the table grows."""
        return int(self._slots.ctypes.data)

    @property
    def mask(self) -> int:
        """Slots less one."""
        return len(self._slots) - 1

    @property
    def is_full(self) -> bool:
        """Whether it is to grow before the next key."""
        return self.used * 2 > self.mask

    def setdefault(self, key: Key, row: int, /) -> int:
        """The row of the key: this one when it is new."""
        if self.is_full:
            self.grow()
        parts = key if isinstance(key, tuple) else (key,)
        one, other = (self._hash(parts, self._secret + lane * 2) for lane in range(_HASHES))
        found = int(self._machine.place(self.address, self.mask, one, other, row))
        self.used += found == row
        return found

    def grow(self) -> None:
        """Twice the slots; costs some ms per 100,000 keys."""
        old = self._slots
        self._slots = np.zeros((2 * len(old), 3), np.int64)
        self._machine.moved(int(old.ctypes.data), len(old), self.address, self.mask)

    def _hash(self, parts: tuple[Any, ...], secret: int) -> int:
        total = 0
        for value in parts:
            total = self._machine.combined(total, self._part(value, secret))
        return total

    def _part(self, value: Any, secret: int) -> int:
        if value is None:
            return secret
        content, secret = _content(value, secret)
        held = np.frombuffer(content + bytes(at.WORD), np.uint8)
        return int(self._machine.hashed(int(held.ctypes.data), len(content), secret))


def _content(value: Any, secret: int) -> tuple[bytes, int]:
    """The bytes that are hashed, as the kernel hashes them where it can."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass"), secret
    if isinstance(value, date):
        return _word(value.year * 10_000 + value.month * 100 + value.day), secret + 1
    number = Decimal(value)
    sign, digits, exponent = number.as_tuple()
    whole = int("".join(map(str, digits)))
    while whole and whole % 10 == 0:
        whole //= 10
        exponent = int(exponent) + 1
    shift = int(exponent) + at.DECIMALS
    if not whole or (0 <= shift < at.WORD_DIGITS and whole * 10**shift < _WORD_MAX):
        millionths = whole * 10**shift if whole else 0
        return _word(-millionths if sign else millionths), secret + 1
    return f"{sign} {whole} {exponent}".encode(), secret + 1


def _word(value: int) -> bytes:
    return value.to_bytes(at.WORD, "little", signed=True)
