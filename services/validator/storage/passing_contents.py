"""Contents that people gave to be checked, and that no resource of the catalogue has."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.validator.storage.tables import reports, resource_validations, submissions

_AT_ONCE = 500


class PassingContents:
    """What may leave the store. A report stays when its content goes."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def outdated(self, *, before: datetime) -> Sequence[str]:
        """Some of the hashes that were last given `before`."""
        older = reports.alias()
        rows = await self._session.scalars(
            select(older.c.content_sha256)
            .where(
                older.c.passing,
                older.c.created_at < before,
                ~exists().where(
                    reports.c.content_sha256 == older.c.content_sha256,
                    reports.c.created_at >= before,
                ),
                ~exists().where(
                    submissions.c.content_sha256 == older.c.content_sha256,
                    submissions.c.report_id.is_(None),
                ),
                ~exists().where(
                    (resource_validations.c.content_sha256 == older.c.content_sha256)
                    | (resource_validations.c.table_sha256 == older.c.content_sha256)
                ),
            )
            .distinct()
            .limit(_AT_ONCE)
        )
        return rows.all()

    async def forget(self, hashes: Sequence[str]) -> None:
        """They are gone from the store: no outcome is to be looked up for them."""
        await self._session.execute(
            update(reports)
            .where(reports.c.content_sha256.in_(hashes), reports.c.passing)
            .values(passing=False, reuse_key=None)
        )
