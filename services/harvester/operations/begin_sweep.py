"""How a run begins to list: where the last one was cut short, or from the beginning."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.budget import Window
from services.harvester.models.listings import Listing
from services.harvester.models.runs import Mode, Run
from services.harvester.models.schedules import next_moment
from services.harvester.models.sources import Source
from services.harvester.operations.lanes import queue_lanes
from services.harvester.storage.items import ItemStore
from services.harvester.storage.listings import ListingStore
from services.harvester.storage.runs import RunStore

_RESUMED = "La suite de la liste commencée le {moment:%d/%m/%Y}, interrompue faute de budget."


@dataclass(frozen=True)
class Sweeps:
    """`full_schedule`: when everything is read afresh, unless a source has its own; on
    schedule only within `window`. `worth_pages`: length of a listing from which changes
    alone are asked for.
    """

    full_schedule: str
    worth_pages: int
    window: Window

    def is_full_due(self, source: Source, listing: Listing, run: Run, now: datetime) -> bool:
        """Whether everything was last read before the last moment of the schedule."""
        if listing.full_sweep_at is None:
            return True
        if run.trigger == "schedule" and not self.window.is_open(now):
            return False
        schedule = source.full_schedule or self.full_schedule
        due = next_moment(schedule, listing.full_sweep_at, source_id=source.id, jitter_seconds=0)
        return due <= now


async def begin_sweep(
    session: AsyncSession, run: Run, source: Source, *, now: datetime, sweeps: Sweeps
) -> Run:
    """The run with its sweep: one that a budget cut short goes on, unless everything is to be
    read afresh. What the catalogue still has to be given comes first then.
    """
    runs, store = RunStore(session), ListingStore(session)
    listing = await store.get(run.source_id)
    began = listing.sweep_started_at
    if began is not None and (run.mode != "full" or listing.sweep_mode == "full"):
        await runs.update(
            run.id,
            sweep_started_at=began,
            cursor=listing.sweep_cursor,
            mode=listing.sweep_mode or run.mode,
            since=listing.sweep_since,
            complete=listing.sweep_complete,
            identities_known=listing.sweep_identities,
            warnings=[_RESUMED.format(moment=began)],
        )
        run = await runs.get(run.id)
        if await ItemStore(session).add_again(run, None, now=now, lane=0):
            await queue_lanes(session, run, {0})
        return run
    full = run.mode == "full" or sweeps.is_full_due(source, listing, run, now)
    mode: Mode = "full" if full else "changes"
    await runs.update(
        run.id,
        mode=mode,
        # The beginning of this transaction: what the sweep shows is seen in later ones.
        sweep_started_at=func.now(),
        since=listing.since(mode, worth_pages=sweeps.worth_pages),
    )
    if began is not None:
        await store.save(replace(listing, sweep_started_at=None, sweep_cursor=None))
    if full:
        await store.forget(run.source_id)
    return await runs.get(run.id)
