"""The kernel never reads nor writes outside the memory that it was given."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.validator.engine.kernel.run import Kernel
from tests.support.both_paths import report
from tests.support.guarded_memory import OutOfBoundsError, guarded_machine
from tests.support.kernel_machine import source
from tests.support.nasty_tables import nasty

PIECES = (
    b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"a", b" ", b"7", b"-", b"\xc3\xa9", b"\xff",
    b"2024-01-31", b"x" * 70, b"\x00",
)  # fmt: skip
DESCRIPTOR = {
    "fields": [
        {"name": "a", "type": "string", "constraints": {"required": True, "maxLength": 4}},
        {"name": "b", "type": "date"},
        {"name": "c", "type": "string"},
    ],
    "primaryKey": "a",
    "custom_checks": [
        {"name": "one-of-required", "params": {"column1": "b", "column2": "c"}},
        {"name": "french-siret-value", "params": {"column": "c"}},
    ],
}


@pytest.mark.parametrize("seed", range(40))
def test_nasty_tables(seed: int) -> None:
    table = nasty(seed, rows=8)
    with guarded_machine() as machine:
        kernel = Kernel(machine, block=61, room=1)
        fast = report(table.content, table.descriptor, kernel)
    assert json.dumps(fast) == json.dumps(report(table.content, table.descriptor, None))


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(soup=st.lists(st.sampled_from(PIECES), max_size=40), block=st.integers(8, 80))
def test_any_bytes(soup: list[bytes], block: int) -> None:
    content = b"a,b,c\n" + b"".join(soup)
    with guarded_machine() as machine:
        fast = report(content, DESCRIPTOR, Kernel(machine, block=block, room=1))
    assert json.dumps(fast) == json.dumps(report(content, DESCRIPTOR, None))


def test_a_step_beyond_is_noticed() -> None:
    found = "after = window + lowest_bit(ahead)"
    text = source().replace(found, f"{found} + 100_000")
    assert text != source()
    content = b"a,b,c\n" + b"x,,\n" * 40
    with guarded_machine(scan=text) as machine, pytest.raises(OutOfBoundsError):
        report(content, DESCRIPTOR, Kernel(machine, block=16, room=1))
