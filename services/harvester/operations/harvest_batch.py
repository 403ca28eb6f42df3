"""Some datasets of a run at once: files are fetched, the catalogue is told, the validator asked.

The items of a run wait in lanes (`lanes.py`). A lane is one job that takes a batch, ends its turn
and queues again while items wait: however large a portal, it occupies `LANES` jobs, and other
members have their turn between two batches. Items that wait for a host are left out of the
batches until their time has come.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.budget import Budget, Window
from services.harvester.models.runs import Run
from services.harvester.models.states import ACTIVE_RUN_STATES, ItemEvent, ItemState
from services.harvester.operations.conclude_run import finish_if_over
from services.harvester.operations.deliver import Batch, Delivered, Delivery
from services.harvester.operations.look_at_files import FileLooker, Looks
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.files import FileStore
from services.harvester.storage.items import ItemStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.jobs.lease import Lease

BATCH_SIZE = 100
_DEFERRED = "Non traité cette fois ({reason}) : le prochain moissonnage reprend ici."


@dataclass(frozen=True)
class HarvestBatch:
    """Repeatable at any point: files already looked at in this run are not asked for again,
    content already sent to the validator is not sent again.
    """

    looker: FileLooker
    delivery: Delivery
    clock: Callable[[], datetime]
    budget: Budget
    window: Window

    async def __call__(self, run_id: UUID, lane: int, lease: Lease) -> None:
        """A file that cannot be had never fails the job; a catalogue that is away does."""
        batch = await self._take(run_id, lane, lease)
        if batch.run.trigger == "schedule" and (pause := self.window.opens_in(self.clock())):
            async with lease.finish_turn() as turn:
                turn.again(pause)
            return
        reason = self.budget.spent(batch.run, self.clock())
        if reason and batch.wanted is ItemState.PENDING:
            await self._defer(batch.run, lane, reason, lease)
            return
        looks = await self.looker(batch.datasets, batch.files, batch.run, lease)
        held = looks.failed.keys() | looks.postponed.keys()
        ready = [each for each in batch.datasets if each.id not in held]
        try:
            delivered = await self.delivery(ready, looks, batch)
        except Exception:
            # The next attempt asks for none of these files again.
            async with lease.begin() as session:
                await FileStore(session).save(looks.unsaved)
            raise
        learnt = {state.id: state for state in (*looks.unsaved, *delivered.requested)}
        async with lease.finish_turn() as turn:
            items = ItemStore(turn.session)
            # Locked: a page that is being written adds items before this or sees it ended.
            await RunStore(turn.session).get(run_id, lock=True)
            await FileStore(turn.session).save(list(learnt.values()))
            await _note(turn.session, batch, looks, delivered)
            now = self.clock()
            due = await items.next_due(run_id, lane, batch.wanted, now=now)
            if due is None:
                await finish_if_over(turn.session, run_id)
            else:
                turn.again(due - now)

    async def _take(self, run_id: UUID, lane: int, lease: Lease) -> Batch:
        async with lease.begin() as session:
            run = await RunStore(session).get(run_id)
            relaunched = run.state not in ACTIVE_RUN_STATES
            wanted = ItemState.FAILED if relaunched else ItemState.PENDING
            items = ItemStore(session)
            found = await items.batch(run_id, lane, wanted, now=self.clock(), limit=BATCH_SIZE)
            keys = {dataset_id: key for key, dataset_id in found}
            datasets = await DatasetStore(session).many(keys)
            files = await FileStore(session).of_datasets(keys)
            source = await SourceStore(session).get(run.source_id, removed=True)
        return Batch(run, keys, list(datasets.values()), files, source, wanted)

    async def _defer(self, run: Run, lane: int, reason: str, lease: Lease) -> None:
        async with lease.complete() as session:
            runs = RunStore(session)
            await runs.get(run.id, lock=True)
            await runs.update(run.id, stopped=run.stopped or reason)
            await ItemStore(session).move_lane(
                run.id, lane, ItemEvent.DEFER, _DEFERRED.format(reason=reason)
            )
            await finish_if_over(session, run.id)


async def _note(session: AsyncSession, batch: Batch, looks: Looks, delivered: Delivered) -> None:
    """What came of each dataset, and what it cost."""
    run_id, items = batch.run.id, ItemStore(session)
    ids = [dataset.id for dataset in delivered.datasets]
    kept = [state.id for each in ids for state in looks.files[each].values()]
    await FileStore(session).mark_removed(ids, kept)
    await DatasetStore(session).delivered(delivered.datasets)
    await items.move(run_id, [batch.keys[each] for each in ids], ItemEvent.HARVESTED)
    failed = {**looks.failed, **delivered.refused}
    for each, reason in failed.items():
        await items.give_up(run_id, batch.keys[each], reason)
    waiting = {id_: until for id_, until in looks.postponed.items() if id_ not in failed}
    await items.put_off(run_id, {batch.keys[id_]: until for id_, until in waiting.items()})
    await RunStore(session).spend(run_id, requests=looks.requests, received=looks.received)
