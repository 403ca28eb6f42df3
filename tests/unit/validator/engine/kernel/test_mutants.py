"""Faults put into the kernel on purpose are noticed by the comparison with the exact checks.

The kernel's own source is changed and run by Python itself, without the compiler.
"""

import json

import pytest

from services.validator.engine.kernel.run import Kernel
from tests.support.both_paths import report
from tests.support.kernel_machine import pure_machine, source
from tests.support.nasty_tables import nasty

BLOCK, ROOM = 97, 1
UNHARMED = 25
SEEDS = 1_500
"""Tables that a mutant may survive; most die within twenty."""

MUTANTS = {
    "lower bound forgotten": ("value >= load64(program + at.C_LOW) and ", ""),
    "upper bound forgotten": (" and value <= load64(program + at.C_HIGH)", ""),
    "decimals unbounded": (
        "whole > at.WHOLE_DIGITS or decimals > at.DECIMALS", "whole > at.WHOLE_DIGITS"),
    "sign forgotten": ("(-value if negative else value)", "value"),
    "ragged rows accepted": ("if column != width or not ink:", "if not ink:"),
    "blank rows accepted": ("if column != width or not ink:", "if column != width:"),
    "longest text forgotten": (" and length <= most", ""),
    "shortest text forgotten": ("length >= least and ", ""),
    "bytes for characters": ("(byte & 0xC0) != 0x80", "True"),
    "longest value forgotten": (" or length > most:", ":"),
    "shortest value forgotten": ("length < least or ", ""),
    "characters that NFC changes": ("byte >= 0xC4", "byte >= 0xE4"),
    "lengths of texts forgotten": (" or fits(program, cell, stop)", " or True"),
    "rules of rows without suspects forgotten": (" or not is_quiet(state)", ""),
    "doubled quotes unseen": ("            doubled = 1\n", ""),
    "two line ends for CR LF": ("pair = byte == CR and", "pair = byte == 0 and"),
    "quoted line ends uncounted": ("lines += inner", "lines += 0"),
    "text after a quote kept apart": ("            ask = at.ASK_ALL\n", "            pass\n"),
    "one of two not required": ("return filled > 0", "return True"),
    "together or not": ("blank == count or filled == count", "True"),
    "sum of anything": ("return known and total == 0", "return known"),
    "equal for less": ("return a < b", "return a <= b"),
    "keys never known": (
        "if load64(slot) == one and load64(slot + 8) == other:", "if known == row:"),
    "empty keys accepted": ("return load64(key + at.K_PRIMARY) == 0", "return True"),
    "missing value taken for text": (
        "if first == at.MAYBE and stop - cell <= load64(program + at.C_LONGEST):", "if False:"),
    "spaces taken for ink": ("(byte > 0x20 and", "(byte >= 0x20 and"),
    "cut records read": ("if after >= end and final == 0:", "if after > end and final == 0:"),
    "suspects of keys overlooked": (
        "if said == at.SUSPECT or said == at.BROKEN:\n            return False\n        if said",
        "if said"),
    "Luhn's key forgotten": ("or not has_key(cell, key)", ""),
    "trunk of one byte more": ("(kept << 2)", "(min(kept + 1, at.TRUNK) << 2)"),
    "trunk without its intervals": ("min(lowest_bit(~within),", "min(at.TRUNK,"),
    "window not moved": (
        "            window = stop + 1\n            ahead = marks(window, delimiter)\n", ""),
    "other digits doubled": (
        "2 * doubled + int(doubled > 4) + other", "2 * other + int(other > 4) + doubled"),
    "zeros have a key": ("return total != 0 and total", "return total"),
    "texts of two columns confused": (
        "load64(state + at.S_SECRET) + 8 * marked", "load64(state + at.S_SECRET)"),
    "everything silent": ("if (known & at.SILENT) == 0:", "if (known & at.SILENT) == 1:"),
    "a status of another row": (
        "store64(load64(state + at.S_STATUS) + column * 8, known & at.STATUSES)",
        "store64(load64(state + at.S_STATUS) + column * 8, at.FILLED)"),
    "texts numbered twice": ("store64(state + at.S_KNOWN_USED, number)", "pass"),
    "suspects listed over one another": ("            found += 1\n", ""),
}  # fmt: skip


def differs(kernel: Kernel, seed: int) -> bool:
    table = nasty(seed, rows=6)
    exact = report(table.content, table.descriptor, None)
    try:
        fast = report(table.content, table.descriptor, kernel)
    except Exception:  # noqa: BLE001 - a crash is noticed too
        return True
    return json.dumps(fast) != json.dumps(exact)


def test_the_kernel_itself_passes() -> None:
    kernel = Kernel(pure_machine(), block=BLOCK, room=ROOM)
    assert [seed for seed in range(UNHARMED) if differs(kernel, seed)] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_noticed(name: str) -> None:
    before, after = MUTANTS[name]
    text = source()
    assert text.count(before) == 1, "the mutation no longer fits the source"
    kernel = Kernel(pure_machine(scan=text.replace(before, after)), block=BLOCK, room=ROOM)
    assert any(differs(kernel, seed) for seed in range(SEEDS))
