"""What the operator says of members."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.declaration import Declaration, Initiative
from services.catalogue.storage.conditions import among
from services.catalogue.storage.method_tables import declarations, initiatives

_DECLARED = tuple(Declaration.__dataclass_fields__)
_INITIATIVE = tuple(Initiative.__dataclass_fields__)


class DeclarationStore:
    """Declarations and initiatives. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def declared(self, ids: Collection[UUID] | None = None) -> dict[UUID, Declaration]:
        """What is said of these members, or of all."""
        statement = select(*(declarations.c[name] for name in _DECLARED))
        if ids is not None:
            statement = statement.where(among(declarations.c.organization_id, ids))
        rows = await self._session.execute(statement)
        return {row.organization_id: Declaration(*row) for row in rows}

    async def save(self, organization_id: UUID, changes: Mapping[str, Any]) -> None:
        """Bring the given fields up to date and leave the others."""
        statement = insert(declarations).values(organization_id=organization_id, **changes)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[declarations.c.organization_id],
                set_={**changes, "updated_at": func.now()},
            )
        )

    async def initiatives(self, ids: Collection[UUID] | None = None) -> list[Initiative]:
        """What these members did, or all of them, newest first."""
        statement = select(*(initiatives.c[name] for name in _INITIATIVE)).order_by(
            initiatives.c.on_day.desc(), initiatives.c.id
        )
        if ids is not None:
            statement = statement.where(among(initiatives.c.organization_id, ids))
        return [Initiative(*row) for row in await self._session.execute(statement)]

    async def save_initiative(self, initiative: Initiative) -> None:
        """Insert it, or overwrite the one with its id."""
        values = {name: getattr(initiative, name) for name in _INITIATIVE}
        statement = insert(initiatives).values(values)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[initiatives.c.id],
                set_={name: values[name] for name in _INITIATIVE if name != "id"},
            )
        )

    async def remove_initiative(self, organization_id: UUID, id_: UUID) -> bool:
        """Whether there was one of that member."""
        removed = await self._session.scalar(
            delete(initiatives)
            .where(initiatives.c.id == id_, initiatives.c.organization_id == organization_id)
            .returning(initiatives.c.id)
        )
        return removed is not None
