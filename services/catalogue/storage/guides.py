"""The documentary base."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.guide import Audience, Guide
from services.catalogue.storage.method_tables import guides
from services.catalogue.storage.tables import loaded_data

DATA_NAME = "guides"
_FIELDS = tuple(Guide.__dataclass_fields__)


class GuideStore:
    """Guides. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def guides(
        self,
        *,
        phase: int | None = None,
        audience: Audience | None = None,
        schema: str | None = None,
    ) -> list[Guide]:
        """Those that fit, by phase and title; guides of no phase come last."""
        statement = select(guides).order_by(guides.c.phase.nulls_last(), guides.c.title)
        if phase is not None:
            statement = statement.where(guides.c.phase == phase)
        if audience is not None:
            statement = statement.where(guides.c.audience == audience.value)
        if schema is not None:
            statement = statement.where(guides.c.schemas.contains([schema]))
        return [_guide(row) for row in await self._session.execute(statement)]

    async def guide(self, slug: str) -> Guide | None:
        """One guide."""
        rows = await self._session.execute(select(guides).where(guides.c.slug == slug))
        row = rows.first()
        return _guide(row) if row else None

    async def save(self, guide: Guide) -> None:
        """Insert it or overwrite the one with its name."""
        values = _values(guide)
        await self._session.execute(
            insert(guides)
            .values(values)
            .on_conflict_do_update(index_elements=[guides.c.slug], set_=values)
        )

    async def remove(self, slug: str) -> None:
        """Delete a guide."""
        await self._session.execute(delete(guides).where(guides.c.slug == slug))

    async def version(self) -> str | None:
        """Version of the shipped guides that is loaded."""
        return await self._session.scalar(
            select(loaded_data.c.version).where(loaded_data.c.name == DATA_NAME)
        )

    async def replace_shipped(self, shipped: Sequence[Guide], version: str) -> None:
        """Put these in place of the shipped ones; a name that the operator took stays theirs."""
        await self._session.execute(delete(guides).where(guides.c.shipped))
        statement = insert(guides).on_conflict_do_nothing()
        await self._session.execute(statement, [_values(guide) for guide in shipped])
        stamp = insert(loaded_data).values(name=DATA_NAME, version=version)
        await self._session.execute(
            stamp.on_conflict_do_update(
                index_elements=[loaded_data.c.name],
                set_={"version": version, "loaded_at": func.now()},
            )
        )


def _values(guide: Guide) -> dict[str, Any]:
    return {
        **{name: getattr(guide, name) for name in _FIELDS},
        "audience": guide.audience.value,
        "keywords": list(guide.keywords),
        "schemas": list(guide.schemas),
    }


def _guide(row: Row[Any]) -> Guide:
    values = {name: getattr(row, name) for name in _FIELDS}
    values |= {
        "audience": Audience(row.audience),
        "keywords": tuple(row.keywords),
        "schemas": tuple(row.schemas),
    }
    return Guide(**values)
