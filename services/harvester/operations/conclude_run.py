"""The end of a listing and the end of a run."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import Run
from services.harvester.models.states import ItemState, RunEvent, RunState
from services.harvester.operations.store_page import KEY_LIMIT, WARNINGS_LIMIT
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.items import Item, ItemStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.tables import jobs
from shared.jobs.store import JobStore

ARCHIVE_DATASET = "archive-dataset"
_ARCHIVE_ATTEMPTS = 20

EMPTY_LIST = (
    "Le portail ne liste plus aucun jeu de données alors qu'il en avait {known} : rien n'est "
    "considéré comme disparu."
)
NAMELESS = (
    "Une entrée sans identifiant a été écartée : on ne sait pas de quel jeu il s'agit, aucun "
    "n'est donc considéré comme disparu."
)


async def end_listing(session: AsyncSession, run_id: UUID, *, archive_after: int) -> None:
    """The portal has been listed: count what is missing, and finish if nothing is pending.

    Missing is only what a complete listing does not show. A list that is suddenly empty
    is not believed.
    """
    runs = RunStore(session)
    run = await runs.get(run_id, lock=True)
    if run.state is not RunState.LISTING:
        return
    warnings = list(run.warnings)
    complete = run.complete
    if complete:
        counts = (await ItemStore(session).counts([run_id]))[run_id]
        known = await DatasetStore(session).count_living(run.source_id)
        if not counts.found and known:
            complete = False
            warnings.append(EMPTY_LIST.format(known=known))
        elif not run.identities_known:
            warnings.append(NAMELESS)
        else:
            await _mark_missing(session, run, archive_after=archive_after)
    await runs.move(run_id, RunEvent.LISTED, complete=complete, warnings=warnings[:WARNINGS_LIMIT])
    await finish_if_over(session, run_id)


async def finish_if_over(session: AsyncSession, run_id: UUID) -> None:
    """Finish the run when its listing is over and no item is pending.

    The run's row is locked: of two items that end at once, the second sees the first.
    """
    runs = RunStore(session)
    run = await runs.get(run_id, lock=True)
    if run.state is not RunState.PROCESSING:
        return
    counts = (await ItemStore(session).counts([run_id]))[run_id]
    if counts.pending:
        return
    whole = run.complete and not counts.failed
    await runs.move(run_id, RunEvent.FINISH if whole else RunEvent.FINISH_PARTIAL)


async def fail_run(session: AsyncSession, run_id: UUID, error: str) -> None:
    """The listing was given up. What it had brought by then goes on as a partial run."""
    runs = RunStore(session)
    run = await runs.get(run_id, lock=True)
    if run.state is RunState.LISTING and run.pages:
        await runs.move(
            run_id,
            RunEvent.LISTED,
            complete=False,
            error=error,
            warnings=[*run.warnings, "La liste n'a pas pu être lue jusqu'au bout."],
        )
        await finish_if_over(session, run_id)
    else:
        await runs.move(run_id, RunEvent.FAIL, error=error, complete=False)


async def _mark_missing(session: AsyncSession, run: Run, *, archive_after: int) -> None:
    missing = await DatasetStore(session).mark_missing(run.source_id, run_id=run.id)
    await ItemStore(session).add(
        [
            Item(
                run_id=run.id,
                key=f"\u2205 {dataset.remote_id}"[:KEY_LIMIT],
                organization_id=run.organization_id,
                state=ItemState.MISSING,
                dataset_id=dataset.id,
                remote_id=dataset.remote_id,
                title=dataset.record.title,
                reason=(
                    f"Absent du portail depuis {dataset.missing_runs} moissonnage(s) complet(s) ; "
                    f"archivé au bout de {archive_after}."
                ),
            )
            for dataset in missing
        ]
    )
    store = JobStore(session, jobs)
    for dataset in missing:
        if dataset.missing_runs >= archive_after:
            await store.enqueue(
                kind=ARCHIVE_DATASET,
                payload={"dataset_id": str(dataset.id), "run_id": str(run.id)},
                organization_id=run.organization_id,
                dedup_key=f"{ARCHIVE_DATASET}:{dataset.id}",
                max_attempts=_ARCHIVE_ATTEMPTS,
            )
