"""What services tell one another is sound where portals are not."""

from uuid import uuid4

import pytest

from shared.contracts.catalogue import ResourceUpsert


@pytest.mark.parametrize(
    ("told", "kept"),
    [(None, None), (0, 0), (2**63 - 1, 2**63 - 1), (2**63, None), (-1, None), (10**30, None)],
)
def test_a_size_that_no_disk_holds_is_not_known(told: int | None, kept: int | None) -> None:
    assert ResourceUpsert(id=uuid4(), remote_id="a", size=told).size == kept
