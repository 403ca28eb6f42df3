"""The server is told how much memory to use."""

import pytest

from socle.embedded import postgres

GIBIBYTE = 1 << 30


@pytest.mark.parametrize(
    ("memory", "kept"), [(GIBIBYTE // 2, 128), (4 * GIBIBYTE, 512), (64 * GIBIBYTE, 1024)]
)
def test_an_eighth_of_the_memory_is_for_tables_within_bounds(memory: int, kept: int) -> None:
    assert postgres.buffers(memory) >> 20 == kept
