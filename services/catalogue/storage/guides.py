"""The documentary base."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, delete, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.guide import ORIGINAL, Audience, Guide
from services.catalogue.storage.loaded import loaded_version, note_loaded
from services.catalogue.storage.method_tables import guides

DATA_NAME = "guides"
_FIELDS = tuple(Guide.__dataclass_fields__)


class GuideStore:
    """Guides. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def every(self) -> list[Guide]:
        """All of them in all their languages, those of one guide together."""
        statement = select(guides).order_by(guides.c.slug, guides.c.language)
        return [_guide(row) for row in await self._session.execute(statement)]

    async def guides(
        self,
        language: str,
        *,
        phase: int | None = None,
        audience: Audience | None = None,
        schema: str | None = None,
    ) -> list[Guide]:
        """Those that fit, by phase and title; guides of no phase come last.

        Each in this language, else in French, else in the one that it has.
        """
        shown = _best_versions(language).subquery()
        statement = select(shown).order_by(shown.c.phase.nulls_last(), shown.c.title)
        if phase is not None:
            statement = statement.where(shown.c.phase == phase)
        if audience is not None:
            statement = statement.where(shown.c.audience == audience.value)
        if schema is not None:
            statement = statement.where(shown.c.schemas.contains([schema]))
        return [_guide(row) for row in await self._session.execute(statement)]

    async def guide(self, slug: str, language: str) -> Guide | None:
        """One guide, in the language that `guides` would give it in."""
        statement = _best_versions(language).where(guides.c.slug == slug)
        row = (await self._session.execute(statement)).first()
        return _guide(row) if row else None

    async def save(self, guide: Guide) -> None:
        """Insert it or overwrite the one with its name in its language."""
        values = _values(guide)
        await self._session.execute(
            insert(guides)
            .values(values)
            .on_conflict_do_update(index_elements=[guides.c.slug, guides.c.language], set_=values)
        )

    async def remove(self, slug: str) -> None:
        """Delete a guide in all its languages."""
        await self._session.execute(delete(guides).where(guides.c.slug == slug))

    async def version(self) -> str | None:
        """Version of the shipped guides that is loaded."""
        return await loaded_version(self._session, DATA_NAME)

    async def replace_shipped(self, shipped: Sequence[Guide], version: str) -> None:
        """Put these in place of the shipped ones; a name that the operator took stays theirs."""
        await self._session.execute(delete(guides).where(guides.c.shipped))
        taken = set(await self._session.scalars(select(guides.c.slug)))
        values = [_values(guide) for guide in shipped if guide.slug not in taken]
        if values:
            await self._session.execute(insert(guides), values)
        await note_loaded(self._session, DATA_NAME, version)


def _best_versions(language: str) -> Select[Any]:
    return (
        select(guides)
        .ext(distinct_on(guides.c.slug))
        .order_by(
            guides.c.slug,
            guides.c.language != language,
            guides.c.language != ORIGINAL,
            guides.c.language,
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
