"""`/runs`: one harvest with its account, and its items."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.harvester.api.dependencies import Opened
from services.harvester.api.views import item_view, run_views
from services.harvester.storage.items import ItemStore
from services.harvester.storage.runs import RunStore
from shared.contracts.harvest import ItemView, RunView
from shared.http.paging import Cursor, Page, PageSize, decode_cursor, encode_cursor

router = APIRouter()


class ItemFilter(StrEnum):
    """States of items, and the words of a run's account."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"
    DEFERRED = "deferred"
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@router.get("/runs/{run_id}")
async def get_run(run_id: UUID, opened: Opened) -> RunView:
    """Un moissonnage et son compte, aussi pendant qu'il se fait."""
    async with opened.database.begin() as session:
        run = await RunStore(session).get(run_id)
    return (await run_views(opened.database, [run]))[0]


@router.get("/runs/{run_id}/items")
async def list_items(
    run_id: UUID,
    opened: Opened,
    state: Annotated[ItemFilter | None, Query(description="État ou mot du compte")] = None,
    page_size: PageSize = 50,
    cursor: Cursor = None,
) -> Page[ItemView]:
    """Les jeux de données d'un moissonnage, avec la raison de ce qui a échoué."""
    after = None if cursor is None else str(decode_cursor(cursor, length=1)[0])
    async with opened.database.begin() as session:
        await RunStore(session).get(run_id)
        found = await ItemStore(session).page(
            run_id, wanted=state.value if state else None, after=after, limit=page_size + 1
        )
    shown = found[:page_size]
    more = len(found) > page_size
    return Page(
        items=[item_view(item) for item in shown],
        next_cursor=encode_cursor(shown[-1].key) if more else None,
    )
