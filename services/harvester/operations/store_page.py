"""One page of a listing becomes datasets, items and jobs, in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.connectors.contract import Page, Rejected
from services.harvester.models.datasets import (
    StoredDataset,
    change_of,
    dataset_id,
    record_hash,
)
from services.harvester.models.runs import Run
from services.harvester.models.states import Change, ItemState
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.files import FileStore
from services.harvester.storage.items import Item, ItemStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.tables import jobs
from shared.contracts.records import DatasetRecord
from shared.jobs.store import JobStore

HARVEST_DATASET = "harvest-dataset"
WARNINGS_LIMIT = 100
# With the back-off about four minutes: a restart of the catalogue fails no dataset.
_ATTEMPTS = 8
PART_SIZE = 500
REJECTED_LIMIT = 5_000
KEY_LIMIT = 600
"""Characters of a key: in UTF-8 it must fit in a third of a page of an index."""


@dataclass(frozen=True)
class Listed:
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
    if len(page.rejected) > REJECTED_LIMIT:
        warnings += (
            f"{len(page.rejected)} entrées écartées sur une page, {REJECTED_LIMIT} notées.",
        )
    yield (
        replace(
            page,
            records=page.records[written:],
            rejected=page.rejected[:REJECTED_LIMIT],
            warnings=warnings,
        ),
        True,
    )


async def store_page(
    session: AsyncSession, run: Run, page: Page, *, last: bool, now: datetime, recheck: timedelta
) -> None:
    """Write what a page, or the `last` part of it, brought. Repeating it, or meeting a
    dataset twice, changes nothing.

    `run` is the run as it was before this page. Files of unchanged datasets are looked at
    again when the last look is older than `recheck`.
    """
    items = ItemStore(session)
    records = {record.remote_id: record for record in page.records}
    met = await items.known(run.id, list(records))
    fresh = [record for key, record in records.items() if key not in met]
    repeated = len(page.records) - len(fresh)
    listed = await _compare(session, run, fresh)
    await DatasetStore(session).save_listed([each.dataset for each in listed], run_id=run.id)
    await _add_items(session, run, listed, now=now, recheck=recheck)
    await _set_aside(session, run, page.rejected)
    await _note(session, run, page, repeated, last=last)


async def _compare(session: AsyncSession, run: Run, fresh: list[DatasetRecord]) -> list[Listed]:
    known = await DatasetStore(session).known(run.source_id, [r.remote_id for r in fresh])
    return [
        Listed(
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


async def _add_items(
    session: AsyncSession, run: Run, listed: list[Listed], *, now: datetime, recheck: timedelta
) -> None:
    unchanged = [each.dataset.id for each in listed if each.change is Change.UNCHANGED]
    stale = await FileStore(session).stale(unchanged, before=now - recheck)
    wanted = [
        each for each in listed if each.change is not Change.UNCHANGED or each.dataset.id in stale
    ]
    pending = {each.dataset.id for each in wanted}
    await ItemStore(session).add(
        [
            Item(
                run_id=run.id,
                key=each.dataset.remote_id,
                organization_id=run.organization_id,
                state=ItemState.PENDING if each.dataset.id in pending else ItemState.DONE,
                dataset_id=each.dataset.id,
                remote_id=each.dataset.remote_id,
                title=each.dataset.record.title,
                change=each.change,
                warnings=list(each.dataset.record.warnings)[:WARNINGS_LIMIT],
            )
            for each in listed
        ]
    )
    store = JobStore(session, jobs)
    for each in wanted:
        await store.enqueue(
            kind=HARVEST_DATASET,
            payload={"run_id": str(run.id), "dataset_id": str(each.dataset.id)},
            organization_id=run.organization_id,
            dedup_key=f"{HARVEST_DATASET}:{run.id}:{each.dataset.id}",
            max_attempts=_ATTEMPTS,
        )


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
    return f"\u2205 {entry.remote_id} ({entry.reason})"[:KEY_LIMIT]


async def _note(session: AsyncSession, run: Run, page: Page, repeated: int, *, last: bool) -> None:
    warnings = list(dict.fromkeys([*run.warnings, *page.warnings]))[:WARNINGS_LIMIT]
    nameless = any(entry.remote_id is None for entry in page.rejected)
    values: dict[str, Any] = {
        "complete": run.complete and page.complete,
        "identities_known": run.identities_known and not nameless,
        "repeated": run.repeated + repeated,
        "warnings": warnings,
    }
    if last:
        values |= {
            "cursor": page.cursor,
            "listing_ended": page.cursor is None,
            "pages": run.pages + 1,
        }
    if page.declared_total is not None:
        values["declared_total"] = page.declared_total
    await RunStore(session).update(run.id, **values)
