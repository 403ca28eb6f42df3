"""Begin a harvest of a source, unless one is under way."""

from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import Mode
from services.harvester.models.sources import Source
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import jobs
from shared.errors import ConflictError
from shared.jobs.store import JobStore

RUN_SOURCE = "run-source"
_ATTEMPTS = 5
_PRIORITY = 10


async def start_run(
    session: AsyncSession, source: Source, *, trigger: str, mode: Mode
) -> tuple[UUID, bool]:
    """The id of the run that is under way or was begun, and whether it was begun now.

    In the caller's transaction. A source never runs twice at once: the database refuses
    a second active run, whoever asks at the same moment.
    """
    runs = RunStore(session)
    if active := await runs.active(source.id):
        return active, False
    run_id = uuid4()
    try:
        async with session.begin_nested():
            await runs.add(
                run_id=run_id,
                source_id=source.id,
                organization_id=source.organization_id,
                trigger=trigger,
                mode=mode,
            )
    except IntegrityError as error:
        if active := await runs.active(source.id):
            return active, False
        raise ConflictError("Le moissonnage n'a pas pu commencer : recommencez.") from error
    await JobStore(session, jobs).enqueue(
        kind=RUN_SOURCE,
        payload={"run_id": str(run_id), "source_id": str(source.id)},
        organization_id=source.organization_id,
        priority=_PRIORITY,
        dedup_key=f"{RUN_SOURCE}:{source.id}:{run_id}",
        max_attempts=_ATTEMPTS,
    )
    await SourceStore(session).update(source.id, last_run_id=run_id)
    return run_id, True
