"""Typed tables of resources, as the validator tells of them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.resource_table import ResourceTable, TableColumn
from services.catalogue.storage.conditions import among
from services.catalogue.storage.tables import resource_tables, resources
from shared.contracts.catalogue import TableReport

_KEY = ("resource_id", "content_sha256")


ON_PRESENT_CONTENT = and_(
    resources.c.id == resource_tables.c.resource_id,
    resources.c.content_sha256 == resource_tables.c.content_sha256,
    resources.c.organization_id == resource_tables.c.organization_id,
)
"""A table counts while its resource has the content that it was made of."""


class ResourceTableStore:
    """Tables. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def put(self, report: TableReport) -> None:
        """Keep it, unless a table of a later check of the same content is known."""
        values = report.model_dump()
        values["columns"] = [column.model_dump() for column in report.columns]
        statement = insert(resource_tables).values(values)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[resource_tables.c[name] for name in _KEY],
                set_={
                    name: statement.excluded[name]
                    for name in resource_tables.c.keys()  # noqa: SIM118 - columns by name
                    if name not in _KEY
                },
                where=resource_tables.c.checked_at <= statement.excluded.checked_at,
            )
        )

    async def present(self, resource_ids: Collection[UUID]) -> dict[UUID, ResourceTable]:
        """The tables of the contents that these resources have now."""
        rows = await self._session.execute(
            select(resource_tables)
            .join(resources, ON_PRESENT_CONTENT)
            .where(among(resources.c.id, resource_ids))
        )
        return {row.resource_id: resource_table(row) for row in rows}

    async def of_organization(self, organization_id: UUID, schema: str) -> list[ResourceTable]:
        """The present tables of an organisation that follow a schema, newest first."""
        rows = await self._session.execute(
            select(resource_tables)
            .join(resources, ON_PRESENT_CONTENT)
            .where(
                resource_tables.c.organization_id == organization_id,
                resource_tables.c.schema_name == schema,
                resources.c.removed_at.is_(None),
            )
            .order_by(resource_tables.c.checked_at.desc(), resource_tables.c.resource_id)
        )
        return [resource_table(row) for row in rows]


def resource_table(row: Row[Any]) -> ResourceTable:
    """A row of `resource_tables` as a value."""
    values = {name: getattr(row, name) for name in ResourceTable.__dataclass_fields__}
    return ResourceTable(
        **{**values, "columns": tuple(TableColumn(**column) for column in row.columns)}
    )
