"""List what could be attached to no territory, for the operator."""

from dataclasses import replace
from uuid import UUID

from services.catalogue.models.unattached import UnattachedDataset
from services.catalogue.storage.unattached import unattached
from shared.access.store import AccessStore
from shared.db import Database


async def list_unattached(
    database: Database, *, after: UUID | None = None, limit: int = 50
) -> list[UnattachedDataset]:
    """In order of their ids; what covers more than one territory is not among them."""
    async with database.begin() as session:
        found = await unattached(session, after=after, limit=limit)
        names = {one.id: one.name for one in await AccessStore(session).organizations()}
    return [replace(each, organization_name=names.get(each.organization_id, "")) for each in found]
