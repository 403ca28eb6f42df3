"""One page of a listing becomes datasets, items and jobs, in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.connectors.contract import Page, Rejected
from services.harvester.models.datasets import (
    KnownDataset,
    StoredDataset,
    change_of,
    dataset_id,
    record_hash,
)
from services.harvester.models.listings import AskedPage, RememberedPage, place_of
from services.harvester.models.runs import WARNINGS_LIMIT, Run
from services.harvester.models.states import Change, ItemState
from services.harvester.operations.lanes import lane_of, queue_lanes
from services.harvester.operations.remember_listing import check_changes, remember_page
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.files import FileStore
from services.harvester.storage.items import Item, ItemStore
from services.harvester.storage.listings import ListingStore
from services.harvester.storage.runs import RunStore
from shared.contracts.records import DatasetRecord
from shared.db import planned_by_size

PART_SIZE = 500
_REJECTED_LIMIT = 5_000
_KEY_LIMIT = 600
"""Characters of a key: in UTF-8 it must fit in a third of a page of an index."""


@dataclass(frozen=True)
class _Listed:
    """A record with what it means for this run."""

    dataset: StoredDataset
    change: Change


def parts_of(page: Page) -> Iterator[tuple[Page, bool]]:
    """A page in parts that one transaction takes, each with whether it is the last.

    A DCAT catalogue may be one document of many thousand datasets, and PostgreSQL takes
    32,767 parameters. Only the last part moves the cursor: a killed run reads the document
    again and finds the first parts written.
    """
    for start in range(0, len(page.records) - PART_SIZE, PART_SIZE):
        yield replace(page, records=page.records[start : start + PART_SIZE], rejected=()), False
    written = max(0, -(-(len(page.records) - PART_SIZE) // PART_SIZE)) * PART_SIZE
    warnings = page.warnings
    if len(page.rejected) > _REJECTED_LIMIT:
        warnings += (
            f"{len(page.rejected)} entrées écartées sur une page, {_REJECTED_LIMIT} notées.",
        )
    yield (
        replace(
            page,
            records=page.records[written:],
            rejected=page.rejected[:_REJECTED_LIMIT],
            warnings=warnings,
        ),
        True,
    )


@dataclass(frozen=True)
class Arrival:
    """How a page came: when, by which requests (none: it cannot be asked for again as it
    was), and what they cost.
    """

    now: datetime
    asked: tuple[AskedPage, ...]
    requests: int
    received: int


async def store_page(
    session: AsyncSession, run: Run, page: Page, arrival: Arrival, *, last: bool
) -> None:
    """Write what a page, or the `last` part of it, brought. Repeating it, or meeting a
    dataset twice, changes nothing.

    `run` is the run as it was before this page, its row locked. Unchanged datasets with a
    file that is due are harvested too.
    """
    records = {record.remote_id: record for record in page.records}
    async with planned_by_size(session):
        met = await ItemStore(session).known(run.id, list(records))
        fresh = [record for key, record in records.items() if key not in met]
        listed, known = await _compare(session, run, fresh)
    repeated = len(page.records) - len(fresh)
    store = DatasetStore(session)
    differing = [
        each.dataset
        for each in listed
        if (before := known.get(each.dataset.remote_id)) is None
        or before.record_hash != each.dataset.record_hash
    ]
    await store.save_listed(differing, run_id=run.id)
    written = {dataset.id for dataset in differing}
    as_before = [each.dataset.remote_id for each in listed if each.dataset.id not in written]
    await store.seen(run.source_id, as_before, run_id=run.id)
    await _add_items(session, run, listed, now=arrival.now)
    await _set_aside(session, run, page.rejected)
    await check_changes(session, run, page, {each.remote_id for each in differing})
    if last:
        await remember_page(session, run, page, arrival.asked, repeatable=not repeated)
    await _note(session, run, page, repeated, arrival, pages=int(last))


async def store_unchanged_pages(
    session: AsyncSession, run: Run, pages: Sequence[RememberedPage], arrival: Arrival
) -> None:
    """Write that pages, one after the other, are as they were last time, without their records.
    Repeatable.
    """
    remote_ids = [each for page in pages for each in page.remote_ids]
    await DatasetStore(session).seen(run.source_id, remote_ids, run_id=run.id)
    items, lanes = ItemStore(session), set()
    for number, page in enumerate(pages, run.pages):
        lane = lane_of(number)
        if await items.add_again(run, page.remote_ids, now=arrival.now, lane=lane):
            lanes.add(lane)
    await queue_lanes(session, run, lanes)
    cursors = [run.cursor, *(page.after for page in pages)]
    await ListingStore(session).confirm(run.source_id, [place_of(each) for each in cursors[:-1]])
    declared = [page.declared_total for page in pages if page.declared_total is not None]
    same = Page(
        cursor=cursors[-1],
        declared_total=declared[-1] if declared else None,
        warnings=tuple(warning for page in pages for warning in page.warnings),
    )
    await _note(session, run, same, 0, arrival, pages=len(pages))


async def _compare(
    session: AsyncSession, run: Run, fresh: list[DatasetRecord]
) -> tuple[list[_Listed], dict[str, KnownDataset]]:
    known = await DatasetStore(session).known(run.source_id, [r.remote_id for r in fresh])
    listed = [
        _Listed(
            dataset=StoredDataset(
                id=dataset_id(run.source_id, record.remote_id),
                source_id=run.source_id,
                organization_id=run.organization_id,
                remote_id=record.remote_id,
                record=record,
                record_hash=(new_hash := record_hash(record)),
                delivered_hash=None,
                revision=run.created_at,
            ),
            change=change_of(known.get(record.remote_id), new_hash),
        )
        for record in fresh
    ]
    return listed, known


async def _add_items(
    session: AsyncSession, run: Run, listed: list[_Listed], *, now: datetime
) -> None:
    unchanged = [each.dataset.id for each in listed if each.change is Change.UNCHANGED]
    due = await FileStore(session).due(unchanged, now=now)
    wanted = [
        each.dataset.id
        for each in listed
        if each.change is not Change.UNCHANGED or each.dataset.id in due
    ]
    lanes = {dataset: lane_of(run.pages, place) for place, dataset in enumerate(wanted)}
    await ItemStore(session).add(
        [
            Item(
                run_id=run.id,
                key=each.dataset.remote_id,
                organization_id=run.organization_id,
                state=ItemState.PENDING if each.dataset.id in lanes else ItemState.DONE,
                dataset_id=each.dataset.id,
                remote_id=each.dataset.remote_id,
                title=each.dataset.record.title,
                change=each.change,
                warnings=list(each.dataset.record.warnings)[:WARNINGS_LIMIT],
                lane=lanes.get(each.dataset.id, 0),
            )
            for each in listed
        ]
    )
    await queue_lanes(session, run, set(lanes.values()))


async def _set_aside(session: AsyncSession, run: Run, rejected: tuple[Rejected, ...]) -> None:
    """Entries that cannot be imported, with the reason; a known one is not missing."""
    items = ItemStore(session)
    keyed = {_key_of(entry, run.pages, number): entry for number, entry in enumerate(rejected)}
    met = await items.known(run.id, list(keyed))
    await items.add(
        [
            Item(
                run_id=run.id,
                key=key,
                organization_id=run.organization_id,
                state=ItemState.SKIPPED,
                remote_id=entry.remote_id,
                title=entry.title,
                reason=entry.reason,
            )
            for key, entry in keyed.items()
            if key not in met
        ]
    )
    known_ids = [entry.remote_id for entry in rejected if entry.remote_id]
    await DatasetStore(session).touch(run.source_id, known_ids, run_id=run.id)


def _key_of(entry: Rejected, page: int, number: int) -> str:
    """A key that no remote id can have where the dataset itself may be an item too."""
    if entry.remote_id is None:
        return f"\u2205 page {page + 1}, entrée {number + 1}"
    return f"\u2205 {entry.remote_id} ({entry.reason})"[:_KEY_LIMIT]


async def _note(
    session: AsyncSession,
    run: Run,
    page: Page,
    repeated: int,
    arrival: Arrival,
    *,
    pages: int,
) -> None:
    """`pages`: how many end with it; none with a part of one."""
    warnings = list(dict.fromkeys([*run.warnings, *page.warnings]))[:WARNINGS_LIMIT]
    nameless = any(entry.remote_id is None for entry in page.rejected)
    values: dict[str, Any] = {
        "complete": run.complete and page.complete,
        "identities_known": run.identities_known and not nameless,
        "repeated": run.repeated + repeated,
        "warnings": warnings,
    }
    if pages:
        values |= {
            "cursor": page.cursor,
            "listing_ended": page.cursor is None,
            "pages": run.pages + pages,
            "requests": run.requests + arrival.requests,
            "bytes": run.bytes + arrival.received,
        }
    if page.moments:
        values["newest"] = max(*page.moments.values(), run.newest or min(page.moments.values()))
    if page.declared_total is not None:
        values["declared_total"] = page.declared_total
    await RunStore(session).update(run.id, **values)
