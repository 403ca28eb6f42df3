"""End the rest of a host before its time, for those who wait for it too."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.operations.lanes import HARVEST_BATCH
from services.harvester.operations.start_run import RUN_SOURCE
from services.harvester.storage.hosts import HostStore
from services.harvester.storage.items import ItemStore
from services.harvester.storage.tables import jobs
from shared.errors import NotFoundError
from shared.jobs.store import JobStore


async def end_rest(session: AsyncSession, host: str) -> None:
    """Ask it again, from now on and in the runs that wait for it. Raises `NotFoundError` when
    nothing is held against it.
    """
    if not await HostStore(session).forget(host):
        raise NotFoundError(f"« {host} » n'est pas au repos.", message_en=f"{host} is not resting.")
    # All that waits looks again: whose own host still rests, or whose hours have not come, goes
    # on waiting. Which of them this host holds up is not written anywhere.
    await ItemStore(session).take_up()
    await JobStore(session, jobs).hasten_kinds((RUN_SOURCE, HARVEST_BATCH))
