"""`/jobs`: what the operator looks at when something failed for good, and relaunches."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.harvester.api.dependencies import Harvester, Opened, dated_cursor
from services.harvester.api.views import job_view
from services.harvester.storage.tables import jobs
from shared.contracts.harvest import HarvestJobView
from shared.http.paging import Cursor, Page, PageSize, encode_cursor
from shared.jobs.states import JobState
from shared.jobs.store import JobStore

router = APIRouter()


@router.get("/jobs")
async def list_jobs(
    principal: Harvester,
    opened: Opened,
    state: Annotated[JobState | None, Query(description="`dead` : ce qui a échoué")] = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[HarvestJobView]:
    """Les tâches de l'organisation de la clé, la plus récente d'abord."""
    async with opened.database.begin() as session:
        found = await JobStore(session, jobs).list(
            state=state,
            organization_id=principal.organization_id,
            after=dated_cursor(cursor),
            limit=page_size + 1,
        )
    shown = found[:page_size]
    more = len(found) > page_size
    return Page(
        items=[job_view(job) for job in shown],
        next_cursor=encode_cursor(shown[-1].created_at.isoformat(), shown[-1].id) if more else None,
    )


@router.post("/jobs/{job_id}/relaunch", status_code=202)
async def relaunch_job(job_id: UUID, principal: Harvester, opened: Opened) -> HarvestJobView:
    """Relancer une tâche qui a échoué."""
    async with opened.database.begin() as session:
        store = JobStore(session, jobs)
        principal.must_own((await store.get(job_id)).organization_id)
        await store.relaunch(job_id)
        return job_view(await store.get(job_id))
