"""Some datasets of a run at once: files are fetched, the catalogue is told, the validator asked.

The items of a run wait in lanes. A lane is one job that takes a batch, ends its turn and
queues again while items wait: however large a portal, it occupies `LANES` jobs, and other
members have their turn between two batches.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.harvester.models.budget import Budget, Window
from services.harvester.models.runs import Run
from services.harvester.models.states import ACTIVE_RUN_STATES, ItemEvent, ItemState
from services.harvester.operations.conclude_run import finish_if_over
from services.harvester.operations.deliver import Batch, Delivery, Outcome
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

    `patience`: how long after its beginning a run waits for hosts that rest; later, datasets
    are delivered without the files that could not be asked for.
    """

    looker: FileLooker
    delivery: Delivery
    clock: Callable[[], datetime]
    budget: Budget
    window: Window
    patience: timedelta

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
        outcome = self._sort(batch, looks)
        try:
            requested = await self.delivery(outcome, looks, batch)
        except Exception:
            # The next attempt asks for none of these files again.
            async with lease.begin() as session:
                await FileStore(session).save(looks.unsaved)
            raise
        async with lease.finish_turn() as turn:
            session = turn.session
            runs, items = RunStore(session), ItemStore(session)
            # Locked: a page that is being written adds items before this or sees it ended.
            await runs.get(run_id, lock=True)
            learnt = {state.id: state for state in (*looks.unsaved, *requested)}
            await FileStore(session).save(list(learnt.values()))
            ids = [dataset.id for dataset in outcome.delivered]
            kept = [state.id for each in ids for state in looks.files[each].values()]
            await FileStore(session).mark_removed(ids, kept)
            await DatasetStore(session).delivered(outcome.delivered)
            await items.move(run_id, [batch.keys[each] for each in ids], ItemEvent.HARVESTED)
            for failed, error in outcome.failed.items():
                await items.give_up(run_id, batch.keys[failed], error)
            await runs.spend(run_id, requests=looks.requests, received=looks.received)
            if await items.waits(run_id, lane, batch.wanted):
                turn.again(self._pause(outcome))
            else:
                await finish_if_over(session, run_id)

    async def _take(self, run_id: UUID, lane: int, lease: Lease) -> Batch:
        async with lease.begin() as session:
            run = await RunStore(session).get(run_id)
            relaunched = run.state not in ACTIVE_RUN_STATES
            wanted = ItemState.FAILED if relaunched else ItemState.PENDING
            found = await ItemStore(session).batch(run_id, lane, wanted, limit=BATCH_SIZE)
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

    def _sort(self, batch: Batch, looks: Looks) -> Outcome:
        """Which datasets can be delivered, and which wait for a host that rests."""
        outcome = Outcome(failed=dict(looks.failed))
        latest = batch.run.created_at + self.patience
        for dataset in batch.datasets:
            until = looks.postponed.get(dataset.id)
            if dataset.id in outcome.failed:
                continue
            if until is not None and until <= latest:
                known = outcome.waiting_until
                outcome.waiting_until = min(until, known) if known else until
            else:
                outcome.delivered.append(dataset)
        return outcome

    def _pause(self, outcome: Outcome) -> timedelta:
        """Nothing while other items can go on; else until the host may be asked again."""
        if outcome.delivered or outcome.failed or outcome.waiting_until is None:
            return timedelta()
        return max(outcome.waiting_until - self.clock(), timedelta())
