"""Values as the API shows them."""

from dataclasses import asdict
from datetime import datetime

from services.harvester.models.hosts import HostHealth
from services.harvester.models.runs import Run, RunCounts
from services.harvester.models.sources import Source
from services.harvester.models.states import SourceState
from services.harvester.operations.attention import Attention
from services.harvester.storage.items import Item, ItemStore
from services.harvester.storage.runs import RunStore
from shared.contracts.harvest import (
    AttentionView,
    HarvestJobView,
    HostView,
    ItemView,
    ProgressView,
    RunCountsView,
    RunView,
    SourceView,
)
from shared.db import Database
from shared.jobs.models import JobRecord


def run_view(run: Run, counts: RunCounts) -> RunView:
    """A run with its account."""
    return RunView(
        id=run.id,
        source_id=run.source_id,
        organization_id=run.organization_id,
        state=run.state.value,
        mode=run.mode,
        since=run.since,
        trigger=run.trigger,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        complete=run.complete,
        pages=run.pages,
        repeated=run.repeated,
        declared_total=run.declared_total,
        requests=run.requests,
        bytes=run.bytes,
        error=run.error,
        stopped=run.stopped,
        condemned=run.condemned,
        decision=run.decision,
        decided_at=run.decided_at,
        warnings=run.warnings,
        counts=RunCountsView(**asdict(counts)),
    )


def item_view(item: Item) -> ItemView:
    """An item."""
    return ItemView(
        key=item.key,
        remote_id=item.remote_id,
        dataset_id=item.dataset_id,
        title=item.title,
        change=item.change.value if item.change else None,
        state=item.state.value,
        reason=item.reason,
        warnings=item.warnings,
    )


def job_view(job: JobRecord) -> HarvestJobView:
    """A job, for the operator."""
    return HarvestJobView(
        id=job.id,
        kind=job.kind,
        state=job.state.value,
        organization_id=job.organization_id,
        attempt=job.attempt,
        max_attempts=job.max_attempts,
        created_at=job.created_at,
        finished_at=job.finished_at,
        error=job.error,
        payload=job.payload,
        progress=job.progress,
    )


def progress_view(run: Run, source_name: str, counts: RunCounts) -> ProgressView:
    """A run under way; `share` only where the portal says how much it holds."""
    total = max(run.declared_total or 0, counts.found)
    ended = counts.found - counts.pending
    return ProgressView(
        run_id=run.id,
        source_id=run.source_id,
        organization_id=run.organization_id,
        source_name=source_name,
        state=run.state.value,
        started_at=run.started_at,
        pages=run.pages,
        found=counts.found,
        ended=ended,
        failed=counts.failed,
        expected=total or None,
        share=round(ended / total, 3) if total else None,
    )


def attention_view(attention: Attention) -> AttentionView:
    """A source in trouble."""
    return AttentionView(
        source_id=attention.source.id,
        organization_id=attention.source.organization_id,
        source_name=attention.source.name,
        trouble=attention.trouble,
        since=attention.since,
        run_id=attention.source.last_run_id,
        detail=attention.detail,
        advice=attention.advice,
    )


def host_view(health: HostHealth, now: datetime) -> HostView:
    """A host that failed lately."""
    return HostView(
        host=health.host,
        resting=health.is_resting(now),
        resting_until=health.resting_until,
        failures=health.failures,
        reason=health.reason,
        http_status=health.http_status,
    )


async def run_views(database: Database, runs: list[Run]) -> list[RunView]:
    """Runs with their accounts: two queries however many they are."""
    async with database.begin() as session:
        counts = await ItemStore(session).counts([run.id for run in runs])
    return [run_view(run, counts[run.id]) for run in runs]


async def source_views(database: Database, sources: list[Source]) -> list[SourceView]:
    """Sources with their last runs: three queries however many they are."""
    wanted = [source.last_run_id for source in sources if source.last_run_id]
    async with database.begin() as session:
        runs = await RunStore(session).many(wanted)
    views = {view.id: view for view in await run_views(database, list(runs.values()))}
    return [
        _source_view(source, views.get(source.last_run_id) if source.last_run_id else None)
        for source in sources
    ]


def _source_view(source: Source, last_run: RunView | None) -> SourceView:
    created = source.created_at
    updated = source.updated_at
    assert created is not None and updated is not None  # noqa: S101, PT018 - stored rows have both
    return SourceView(
        id=source.id,
        organization_id=source.organization_id,
        name=source.name,
        url=source.url,
        kind=source.kind,
        config=source.config,
        schedule=source.schedule,
        full_schedule=source.full_schedule,
        enabled=source.state is SourceState.ENABLED,
        fictitious=source.fictitious,
        next_run_at=source.next_run_at,
        created_at=created,
        updated_at=updated,
        last_run=last_run,
    )
