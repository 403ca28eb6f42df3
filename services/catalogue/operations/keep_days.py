"""Write today's sums of every group into the history."""

from datetime import UTC, datetime

from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.quality_groups import QualityGroupStore
from shared.db import Database


async def keep_today(database: Database) -> int:
    """How many groups; the last writing of a day is what stays of it."""
    async with database.begin() as session:
        await lock_writers(session)
        return await QualityGroupStore(session).keep_day(datetime.now(UTC).date())
