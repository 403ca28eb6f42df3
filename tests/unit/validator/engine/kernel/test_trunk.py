"""The trunk of an automaton says what the automaton says, and of the cell alone."""

import json

import numpy as np
import pytest

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import packed
from services.validator.engine.kernel.machine import Machine
from services.validator.engine.kernel.pattern import compile_language
from services.validator.engine.kernel.run import Kernel
from services.validator.engine.kernel.trunk import trunk
from tests.support.both_paths import report
from tests.support.kernel_compiled import compiled_machine
from tests.support.kernel_machine import pure_machine, source

PATTERNS = (
    r"\d{14}", r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?", "(oui|non)", "[^a]*", "[ -~]{50}",
    "é+[a-z]", "(ab|cd)ef", "a", "",
)  # fmt: skip
PRINTABLE = {
    "fields": [
        {"name": "a", "type": "string", "constraints": {"pattern": "[ -~]{6}"}},
        {"name": "b", "type": "string"},
    ]
}
SHORT = b"a,b\nabcdef,x\nabc,def\n"


@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_byte_of_an_interval_leads_to_the_next_state(pattern: str) -> None:
    table = packed(compile_language(pattern))
    words = trunk(table)
    lows, counts = words[: at.TRUNK].tolist(), words[at.TRUNK : 2 * at.TRUNK].tolist()
    states = words[2 * at.TRUNK :].view(np.int32).tolist()
    assert states[0] == table.start
    for place, (low, count) in enumerate(zip(lows, counts, strict=True)):
        targets = table.moves[states[place] + table.classes[low : low + count]]
        assert set(targets.tolist()) <= {states[place + 1]} - {0}
        assert count or not any(counts[place:])


def differ(machine: Machine) -> bool:
    fast, exact = (report(SHORT, PRINTABLE, path) for path in (Kernel(machine), None))
    return json.dumps(fast) != json.dumps(exact)


def test_a_short_cell_is_not_judged_by_what_stands_behind_it() -> None:
    before = "min(lowest_bit(~within), stop - cell)"
    assert source().count(before) == 1
    assert not differ(compiled_machine())
    assert not differ(pure_machine())
    assert differ(pure_machine(source().replace(before, "lowest_bit(~within)")))
