"""A page of any size is cut into parts that one transaction takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.harvester.connectors.contract import Page, Rejected
from services.harvester.operations.store_page import PART_SIZE, parts_of
from shared.contracts.records import DatasetRecord


@settings(deadline=None)
@given(st.integers(0, 4 * PART_SIZE + 1))
def test_parts_hold_every_record_once_and_only_the_last_is_the_last(number: int) -> None:
    records = tuple(DatasetRecord(remote_id=str(i), title="T") for i in range(number))
    page = Page(records=records, rejected=(Rejected("raison"),), cursor="suite")

    parts = list(parts_of(page))

    assert tuple(r for part, _ in parts for r in part.records) == records
    assert [last for _, last in parts] == [False] * (len(parts) - 1) + [True]
    assert all(len(part.records) <= PART_SIZE for part, _ in parts)
    assert [len(part.rejected) for part, _ in parts] == [0] * (len(parts) - 1) + [1]
