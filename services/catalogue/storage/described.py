"""Reading what is computed of datasets is computed from."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.described import (
    DATASET_COLUMNS,
    RESOURCE_COLUMNS,
    Described,
    Row,
)
from services.catalogue.storage.conditions import among
from services.catalogue.storage.quality_tables import link_checks
from services.catalogue.storage.tables import datasets, resources, verdicts

_DATASET = [datasets.c[name] for name in DATASET_COLUMNS]
_RESOURCE = [resources.c[name] for name in RESOURCE_COLUMNS]


async def read_described(session: AsyncSession, ids: Collection[UUID]) -> list[Described]:
    """These datasets with their present resources: two queries, however many there are."""
    files: dict[UUID, list[Row]] = defaultdict(list)
    for row in (await session.execute(_resources(ids))).mappings():
        files[row["dataset_id"]].append(dict(row))
    rows = await session.execute(select(*_DATASET).where(among(datasets.c.id, ids)))
    return [Described(dict(row), files[row["id"]]) for row in rows.mappings()]


async def link_answers(session: AsyncSession, urls: dict[UUID, str | None]) -> dict[UUID, bool]:
    """Whether the links of these resources answered when they were last followed there."""
    if not urls:
        return {}
    c = link_checks.c
    rows = await session.execute(
        select(c.resource_id, c.url, c.answers).where(
            among(c.resource_id, urls), c.answers.is_not(None)
        )
    )
    return {row.resource_id: row.answers for row in rows if row.url == urls[row.resource_id]}


def _resources(ids: Collection[UUID]) -> Select[Any]:
    followed = and_(
        link_checks.c.resource_id == resources.c.id, link_checks.c.url == resources.c.url
    )
    return (
        select(*_RESOURCE, verdicts.c.rows, verdicts.c.rows_with_errors, link_checks.c.answers)
        .outerjoin(verdicts, verdicts.c.id == resources.c.verdict_id)
        .outerjoin(link_checks, followed)
        .where(among(resources.c.dataset_id, ids), resources.c.removed_at.is_(None))
        .order_by(resources.c.dataset_id, resources.c.position)
    )
