"""The lanes in which the items of a run wait: each is one job that takes them batch by batch."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import Run
from services.harvester.storage.tables import jobs
from shared.jobs.store import JobStore, Wanted

HARVEST_BATCH = "harvest-batch"
LANES = 4
"""Batches of one run at work at once, at most."""

_SHARE = 50
"""Datasets of one page, in its order, that wait together."""

# With the back-off about four minutes: a restart of the catalogue fails no dataset.
_ATTEMPTS = 8


def lane_of(page: int, place: int = 0) -> int:
    """Where the dataset at this place of a page waits."""
    return (page + place // _SHARE) % LANES


async def queue_lanes(session: AsyncSession, run: Run, lanes: Collection[int]) -> None:
    """See to it that somebody works on these lanes of the run; one who does already will
    find the new items before ending its last turn, one that waits for hosts is woken.
    """
    store = JobStore(session, jobs)
    working = await store.enqueue_all(
        [
            Wanted(
                kind=HARVEST_BATCH,
                payload={"run_id": str(run.id), "lane": lane},
                organization_id=run.organization_id,
                dedup_key=f"{HARVEST_BATCH}:{run.id}:{lane}",
                max_attempts=_ATTEMPTS,
            )
            for lane in sorted(lanes)
        ]
    )
    await store.hasten(working)
