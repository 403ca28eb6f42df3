"""Reading and writing where territories lie."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Double, Row, and_, cast, delete, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.contours import Contour
from services.catalogue.storage.conditions import among
from services.catalogue.storage.loaded import loaded_version, note_loaded
from services.catalogue.storage.tables import contours

SHIPPED = "shipped"
_DATA_NAME = "contours"
_ROWS_AT_ONCE = 2_000
_SIDES = ("west", "south", "east", "north")
_DEPARTEMENT_LENGTH = 3  # 94, 2A, 971; régions carry an R, communes have five characters

Box = tuple[float, float, float, float]
"""West, south, east and north, in degrees."""


class ContourStore:
    """Contours and positions. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def shipped_version(self) -> str | None:
        """Version of the shipped set that is loaded."""
        return await loaded_version(self._session, _DATA_NAME)

    async def replace_shipped(self, rows: Iterable[Contour], version: str) -> None:
        """Put the shipped set in place of the former one; what was imported stays."""
        await self._session.execute(delete(contours).where(contours.c.source == SHIPPED))
        await self._write(list(rows), SHIPPED, keep_present=True)
        await note_loaded(self._session, _DATA_NAME, version)

    async def save(self, rows: Iterable[Contour], source: str) -> None:
        """Put these contours in place of those of the same territories."""
        await self._write(list(rows), source, keep_present=False)

    async def of(self, codes: Collection[str]) -> dict[str, Contour]:
        """Contours by code of territory."""
        rows = await self._session.execute(
            select(contours).where(among(contours.c.territory_code, sorted(set(codes))))
        )
        return {row.territory_code: _contour(row) for row in rows}

    async def around(self, boxes: Collection[Box]) -> dict[Box, list[Contour]]:
        """By box, the contours whose position lies in it, and every outline of a département.

        Two statements, however many boxes there are.
        """
        columns = contours.c
        sides = (cast(list(side), ARRAY(Double)) for side in zip(*boxes, strict=True))
        given = (
            func.unnest(*sides)
            .table_valued(*_SIDES, with_ordinality="place", name="given")
            .render_derived()
        )
        inside = and_(
            columns.longitude.between(given.c.west, given.c.east),
            columns.latitude.between(given.c.south, given.c.north),
        )
        near = (
            await self._session.execute(
                select(given.c.place, columns.territory_code).join_from(given, contours, inside)
            )
        ).all()
        departement = and_(
            func.length(columns.territory_code) <= _DEPARTEMENT_LENGTH, columns.outline.is_not(None)
        )
        asked = among(columns.territory_code, sorted({row.territory_code for row in near}))
        rows = await self._session.execute(select(contours).where(or_(asked, departement)))
        known = {row.territory_code: _contour(row) for row in rows}
        departements = {
            code
            for code, one in known.items()
            if one.outline is not None and len(code) <= _DEPARTEMENT_LENGTH
        }
        found = {box: [known[code] for code in departements] for box in boxes}
        listed = list(boxes)
        for row in near:
            if row.territory_code not in departements:
                found[listed[row.place - 1]].append(known[row.territory_code])
        return found

    async def sources(self) -> list[str]:
        """Names of the files that contours came from, the shipped set left out."""
        rows = await self._session.scalars(
            select(contours.c.source)
            .where(contours.c.source != SHIPPED)
            .distinct()
            .order_by(contours.c.source)
        )
        return list(rows)

    async def _write(self, rows: list[Contour], source: str, *, keep_present: bool) -> None:
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            values = [
                {
                    "territory_code": row.code,
                    "outline": row.outline,
                    "longitude": row.longitude,
                    "latitude": row.latitude,
                    "exact": row.exact,
                    "source": source,
                }
                for row in rows[start : start + _ROWS_AT_ONCE]
            ]
            statement = insert(contours)
            if keep_present:
                statement = statement.on_conflict_do_nothing()
            else:
                statement = statement.on_conflict_do_update(
                    index_elements=[contours.c.territory_code],
                    set_={
                        column: statement.excluded[column]
                        for column in ("outline", "longitude", "latitude", "exact", "source")
                    },
                )
            await self._session.execute(statement, values)


def _contour(row: Row[Any]) -> Contour:
    return Contour(row.territory_code, row.outline, row.longitude, row.latitude, row.exact)
