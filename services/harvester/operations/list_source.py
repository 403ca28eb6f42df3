"""List a source page by page, each page a checkpoint.

Pages that the portal answers as it did last time are not read again; the first one that
differs, and all after it, are. See docs/harvesting.md, "What an unchanged portal costs".
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.harvester.adapters.recording import RecordingGetter
from services.harvester.connectors.contract import Connector, Getter, Page, Site
from services.harvester.connectors.registry import connector_of
from services.harvester.connectors.transport import PAGE_LIMIT
from services.harvester.errors import HostResting
from services.harvester.models.budget import Budget
from services.harvester.models.listings import AskedPage, RememberedPage, place_of
from services.harvester.models.removal import Removal
from services.harvester.models.runs import Run
from services.harvester.models.sources import Source
from services.harvester.models.states import RunEvent, RunState
from services.harvester.operations.ahead import in_groups
from services.harvester.operations.begin_sweep import Sweeps, begin_sweep
from services.harvester.operations.conclude_run import end_listing, fail_run
from services.harvester.operations.store_page import (
    Arrival,
    parts_of,
    store_page,
    store_unchanged_pages,
)
from services.harvester.storage.listings import ListingStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.jobs.lease import Lease

_PAGES_AT_ONCE = 20
_PAGES_AHEAD = 4
"""Pages that are asked for while others are written, at most: a run that ends with its budget has
asked for them in vain.
"""


@dataclass(frozen=True)
class ListSource:
    """Resumes after the last page that was written, however the process ended.

    `patience`: how long a run waits for a host that rests.
    """

    connectors: tuple[Connector, ...]
    getter: Getter
    clock: Callable[[], datetime]
    removal: Removal
    budget: Budget
    sweeps: Sweeps
    patience: timedelta

    async def __call__(self, run_id: UUID, lease: Lease) -> None:
        """Raises what the connector raises when not even the first page can be had."""
        started = await self._start(run_id, lease)
        if started is None:
            return
        run, source = started
        getter = RecordingGetter(self.getter)
        try:
            if run.lists_on:
                run = await self._confirm_pages(run, getter, lease)
            if run.lists_on:
                await self._read_pages(run, source, getter, lease)
        except HostResting as error:
            if error.until <= run.created_at + self.patience:
                async with lease.finish_turn() as turn:
                    turn.again(timedelta(seconds=error.details["retry_after"]))
                return
            async with lease.complete() as session:
                await fail_run(session, run_id, error.message)
            return
        async with lease.complete() as session:
            await end_listing(session, run_id, removal=self.removal, now=self.clock())

    async def _start(self, run_id: UUID, lease: Lease) -> tuple[Run, Source] | None:
        """`None` when the run has ended already: the job was relaunched by mistake."""
        async with lease.begin() as session:
            runs = RunStore(session)
            run = await runs.get(run_id)
            if not await runs.move(run_id, RunEvent.START):
                return None
            source = await SourceStore(session).get(run.source_id, removed=True)
            if run.sweep_started_at is None:
                run = await begin_sweep(session, run, source, now=self.clock(), sweeps=self.sweeps)
            return run, source

    async def _confirm_pages(self, run: Run, getter: RecordingGetter, lease: Lease) -> Run:
        """Go by the pages that are as they were last time; the run where they end."""
        if run.mode == "full" or run.since is not None:
            return run
        unchanged = self._unchanged_pages(run, getter, lease)
        async with aclosing(in_groups(unchanged, ahead=_PAGES_AHEAD)) as groups:
            async for pages in groups:
                async with lease.begin() as session:
                    runs = RunStore(session)
                    run = await runs.get(run.id, lock=True)
                    if run.state is RunState.LISTING:
                        await store_unchanged_pages(session, run, pages, self._arrival(getter, ()))
                        run = await self._judged(runs, run.id)
                if not run.lists_on:
                    break
        return run

    async def _unchanged_pages(
        self, run: Run, getter: RecordingGetter, lease: Lease
    ) -> AsyncGenerator[RememberedPage, None]:
        """Up to the first that differs."""
        async for page in self._remembered_pages(run, lease):
            if not await getter.is_unchanged(page, limit=PAGE_LIMIT):
                return
            yield page

    async def _remembered_pages(self, run: Run, lease: Lease) -> AsyncIterator[RememberedPage]:
        """What was kept of the pages from the run's place on, in their order."""
        place: str | None = place_of(run.cursor)
        while place is not None:
            async with lease.begin() as session:
                pages = await ListingStore(session).pages_from(
                    run.source_id, place, limit=_PAGES_AT_ONCE
                )
            for page in pages:
                yield page
            after = pages[-1].after if len(pages) == _PAGES_AT_ONCE else None
            place = place_of(after) if after else None

    async def _read_pages(
        self, run: Run, source: Source, getter: RecordingGetter, lease: Lease
    ) -> None:
        connector = connector_of(source.kind, self.connectors)
        site = Site(source.url, self.clock(), source.config, since=run.since)
        # Pages beyond the cursor only: those before it are written.
        async for page in connector.pages(site, getter, cursor=run.cursor):
            run = await self._store(run, page, getter, lease)
            if not run.lists_on:
                return

    async def _store(self, run: Run, page: Page, getter: RecordingGetter, lease: Lease) -> Run:
        arrival = self._arrival(getter, getter.take())
        for part, last in parts_of(page):
            async with lease.begin() as session:
                runs = RunStore(session)
                # Locked: a lane that ends its turn sees the items of this page or comes first.
                run = await runs.get(run.id, lock=True)
                if run.state is not RunState.LISTING:
                    return run  # given up meanwhile
                await store_page(session, run, part, arrival, last=last)
                if last:
                    run = await self._judged(runs, run.id)
        return run

    async def _judged(self, runs: RunStore, run_id: UUID) -> Run:
        """The run after a page; stopped when its budget is spent and more would come."""
        run = await runs.get(run_id)
        reason = None if run.listing_ended else self.budget.spent(run, self.clock())
        if reason is None:
            return run
        await runs.update(run_id, stopped=reason)
        return await runs.get(run_id)

    def _arrival(self, getter: RecordingGetter, asked: tuple[AskedPage, ...]) -> Arrival:
        requests, received = getter.spent()
        return Arrival(self.clock(), asked, requests, received)
