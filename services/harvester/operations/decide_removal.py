"""The operator's answer to a run that asks whether so many datasets are to be archived."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.removal import Removal
from services.harvester.models.runs import Run
from services.harvester.models.states import RunState
from services.harvester.operations.archive_datasets import queue_archiving
from services.harvester.operations.conclude_run import settle
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.runs import RunStore
from shared.errors import ConflictError


async def decide_removal(
    session: AsyncSession,
    run_id: UUID,
    *,
    confirmed: bool,
    by: str,
    removal: Removal,
    now: datetime,
) -> Run:
    """Archive what the run asks about and is still missing, or wait for it anew.

    Raises `ConflictError` for a run that asks nothing (any more).
    """
    runs, datasets = RunStore(session), DatasetStore(session)
    run = await runs.get(run_id, lock=True)
    if run.state is not RunState.ASKING:
        raise ConflictError(
            "Ce moissonnage n'attend pas de décision : il n'a rien demandé, ou la réponse est "
            "déjà donnée.",
            message_en="This run is not waiting for a decision.",
            state=run.state.value,
        )
    if confirmed:
        condemned = await datasets.condemned(
            run.source_id, runs=removal.runs, before=removal.before(now)
        )
        await queue_archiving(session, run, condemned)
    else:
        await datasets.pardon(run.source_id)
    await settle(session, run, "confirmed" if confirmed else "refused", by)
    return await runs.get(run_id)
