"""Following runs until they end, with one line of progress for each source."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import RunView
from shared.errors import Transient
from socle.cli.output import out

ENDED = frozenset({"done", "partial", "failed", "suspended", "asking"})
STATES = {
    "queued": "en attente",
    "listing": "lecture du portail",
    "processing": "fichiers",
    "done": "terminé",
    "partial": "terminé en partie",
    "failed": "en échec",
    "suspended": "suspendu, la suite au prochain passage",
    "asking": "attend votre accord pour archiver",
}
_POLL_SECONDS = 0.5


async def watch_runs(harvester: HarvesterClient, runs: Mapping[UUID, str]) -> list[RunView]:
    """Wait until every run (id → name of its source) has ended; their last states, in order.

    The services may be restarted meanwhile: what does not answer is asked again.
    """
    latest: dict[UUID, RunView] = {}
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
        console=out,
    ) as progress:
        tasks = {
            run_id: progress.add_task(name, total=None, state="en attente")
            for run_id, name in runs.items()
        }
        while len(latest) < len(runs) or any(run.state not in ENDED for run in latest.values()):
            for run_id, task in tasks.items():
                if run_id in latest and latest[run_id].state in ENDED:
                    continue
                try:
                    run = await harvester.run(run_id)
                except Transient:
                    break
                latest[run_id] = run
                found = run.counts.found
                progress.update(
                    task,
                    total=found or None,
                    completed=found - run.counts.pending,
                    state=STATES[run.state],
                )
                if run.state in ENDED:
                    progress.update(task, total=found, completed=found)
                    progress.stop_task(task)
            await asyncio.sleep(_POLL_SECONDS)
    return [latest[run_id] for run_id in runs]
