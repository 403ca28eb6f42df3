"""List a source page by page, each page a checkpoint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.harvester.connectors.contract import Connector, Getter, Page, Site
from services.harvester.connectors.registry import connector_of
from services.harvester.models.runs import Run
from services.harvester.models.sources import Source
from services.harvester.models.states import RunEvent
from services.harvester.operations.conclude_run import end_listing
from services.harvester.operations.store_page import parts_of, store_page
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.jobs.lease import Lease


@dataclass(frozen=True)
class ListSource:
    """Resumes after the last page that was written, however the process ended."""

    connectors: tuple[Connector, ...]
    getter: Getter
    clock: Callable[[], datetime]
    recheck: timedelta
    archive_after: int

    async def __call__(self, run_id: UUID, lease: Lease) -> None:
        """Raises what the connector raises when not even the first page can be had."""
        started = await self._start(run_id, lease)
        if started is None:
            return
        run, source = started
        connector = connector_of(source.kind, self.connectors)
        site = Site(source.url, self.clock(), source.config)
        if not run.listing_ended:
            # Pages beyond the cursor only: those before it are written.
            async for page in connector.pages(site, self.getter, cursor=run.cursor):
                await self._store(run_id, page, lease)
        async with lease.complete() as session:
            await end_listing(session, run_id, archive_after=self.archive_after)

    async def _store(self, run_id: UUID, page: Page, lease: Lease) -> None:
        for part, last in parts_of(page):
            async with lease.begin() as session:
                run = await RunStore(session).get(run_id)
                await store_page(
                    session, run, part, last=last, now=self.clock(), recheck=self.recheck
                )
        await lease.progress(pages=run.pages + 1)

    async def _start(self, run_id: UUID, lease: Lease) -> tuple[Run, Source] | None:
        """`None` when the run has ended already: the job was relaunched by mistake."""
        async with lease.begin() as session:
            runs = RunStore(session)
            run = await runs.get(run_id)
            if not await runs.move(run_id, RunEvent.START):
                return None
            source = await SourceStore(session).get(run.source_id, removed=True)
            return run, source
