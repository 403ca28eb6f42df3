"""Datasets that belong to no known territory."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.territory import TerritoryReason
from services.catalogue.models.unattached import UnattachedDataset
from services.catalogue.storage.conditions import shown
from services.catalogue.storage.tables import datasets


async def unattached(
    session: AsyncSession, *, after: UUID | None, limit: int
) -> list[UnattachedDataset]:
    """The next ones in order of their ids."""
    columns = datasets.c
    rows = await session.execute(
        select(
            columns.id,
            columns.title,
            columns.organization_id,
            columns.publisher_name,
            columns.publisher_siret,
            columns.portal_name,
            columns.spatial,
        )
        .where(
            columns.territory_reason == TerritoryReason.UNKNOWN.value,
            columns.id > (after or UUID(int=0)),
            shown(),
        )
        .order_by(columns.id)
        .limit(limit)
    )
    return [_unattached(row) for row in rows]


def _unattached(row: Any) -> UnattachedDataset:
    spatial = row.spatial or {}
    return UnattachedDataset(
        id=row.id,
        title=row.title,
        organization_id=row.organization_id,
        publisher_name=row.publisher_name,
        publisher_siret=row.publisher_siret,
        portal_name=row.portal_name,
        zones=tuple(spatial.get("zones", ())),
        place_name=spatial.get("name"),
        has_geometry=spatial.get("geometry") is not None,
    )
