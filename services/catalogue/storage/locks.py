"""One at a time."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def lock_writers(session: AsyncSession) -> None:
    """Wait until no other transaction writes to the catalogue; held until the end of this one.

    Batches are set-based and short. In return two batches never deadlock, and a verdict and
    the resource it is about cannot miss each other by arriving at the same moment.
    """
    await session.execute(text("select pg_advisory_xact_lock(hashtext('socle.catalogue.write'))"))


async def lock_links(session: AsyncSession) -> None:
    """Wait until no other transaction chooses links to follow; held until the end of this one."""
    await session.execute(text("select pg_advisory_xact_lock(hashtext('socle.catalogue.links'))"))
