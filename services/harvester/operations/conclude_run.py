"""The end of a listing and the end of a run."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.removal import Removal
from services.harvester.models.runs import WARNINGS_LIMIT, Decision, Run
from services.harvester.models.states import RunEvent, RunState
from services.harvester.operations.archive_datasets import queue_archiving
from services.harvester.operations.remember_listing import end_sweep
from services.harvester.storage.datasets import DatasetStore
from services.harvester.storage.items import ItemStore
from services.harvester.storage.runs import RunStore

_EMPTY_LIST = (
    "Le portail ne liste plus aucun jeu de données alors qu'il en avait {known} : rien n'est "
    "considéré comme disparu. Vérifiez l'adresse et les options de la source."
)
_NAMELESS = (
    "Une entrée sans identifiant a été écartée : on ne sait pas de quel jeu il s'agit, aucun "
    "n'est donc considéré comme disparu."
)
_ASKING = (
    "{number} jeux de données sur {living} seraient archivés d'un coup : rien ne l'est sans "
    "l'accord d'un administrateur (« socle sources confirm » ou « --refuse »)."
)
_MISSING = (
    "N'est plus listé depuis %s moissonnage(s) complet(s) ; archivé au bout de {runs}, et de "
    "{days} jours au moins."
)


async def end_listing(
    session: AsyncSession, run_id: UUID, *, removal: Removal, now: datetime
) -> None:
    """The portal has been listed: count what is missing, and finish if nothing is pending.

    Missing is only what a complete sweep does not show. A list that is suddenly empty is not
    believed.
    """
    runs = RunStore(session)
    run = await runs.get(run_id, lock=True)
    if run.state is not RunState.LISTING:
        return
    found = (await ItemStore(session).counts([run_id]))[run_id].found
    warnings = list(run.warnings)
    if warning := await end_sweep(session, run, found=found):
        warnings.append(warning)
    complete, condemned = run.complete, 0
    if complete and run.since is None and run.stopped is None:
        seen_since = run.sweep_started_at or run.created_at
        store = DatasetStore(session)
        known = await store.count_living(run.source_id)
        if known and not found and not await store.count_seen(run.source_id, since=seen_since):
            complete = False
            warnings.append(_EMPTY_LIST.format(known=known))
        elif not run.identities_known:
            warnings.append(_NAMELESS)
        else:
            condemned = await _judge_missing(session, run, seen_since, removal, now)
            if condemned:
                warnings.append(_ASKING.format(number=condemned, living=known))
    await runs.move(
        run_id,
        RunEvent.LISTED,
        complete=complete,
        condemned=condemned,
        warnings=warnings[:WARNINGS_LIMIT],
    )
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
    if run.stopped is not None:
        event = RunEvent.SUSPEND
    elif run.condemned:
        event = RunEvent.ASK
    elif run.complete and not counts.failed:
        event = RunEvent.FINISH
    else:
        event = RunEvent.FINISH_PARTIAL
    await runs.move(run_id, event)


async def fail_run(session: AsyncSession, run_id: UUID, error: str) -> None:
    """The listing was given up. What it had brought by then goes on as a partial run."""
    runs = RunStore(session)
    run = await runs.get(run_id, lock=True)
    brought = (await ItemStore(session).counts([run_id]))[run_id].found
    if run.state is RunState.LISTING and brought:
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


async def settle(session: AsyncSession, run: Run, decision: Decision, by: str | None) -> None:
    """The question of a run is answered."""
    counts = (await ItemStore(session).counts([run.id]))[run.id]
    event = RunEvent.SETTLE_PARTIAL if counts.failed else RunEvent.SETTLE
    await RunStore(session).move(
        run.id, event, decision=decision, decided_by=by, decided_at=func.now()
    )


async def _judge_missing(
    session: AsyncSession, run: Run, seen_since: datetime, removal: Removal, now: datetime
) -> int:
    """Count what is missing, archive what has been long enough; how many to ask about."""
    store = DatasetStore(session)
    for earlier in await RunStore(session).asking(run.source_id):
        await settle(session, earlier, "void", None)
    await store.count_missing(run.source_id, since=seen_since)
    await ItemStore(session).add_missing(
        run,
        since=seen_since,
        reason=_MISSING.format(runs=removal.runs, days=f"{removal.days:g}"),
    )
    condemned = await store.condemned(run.source_id, runs=removal.runs, before=removal.before(now))
    if removal.asks(len(condemned), await store.count_living(run.source_id)):
        return len(condemned)
    await queue_archiving(session, run, condemned)
    return 0
