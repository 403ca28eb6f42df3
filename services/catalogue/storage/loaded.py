"""Which version of what the platform brings is in the database."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.storage.tables import loaded_data


async def loaded_version(session: AsyncSession, name: str) -> str | None:
    """The version that was last loaded, None before the first."""
    return await session.scalar(select(loaded_data.c.version).where(loaded_data.c.name == name))


async def note_loaded(session: AsyncSession, name: str, version: str) -> None:
    """From the commit on, this version counts as loaded."""
    stamp = insert(loaded_data).values(name=name, version=version)
    await session.execute(
        stamp.on_conflict_do_update(
            index_elements=[loaded_data.c.name],
            set_={"version": version, "loaded_at": func.now()},
        )
    )
