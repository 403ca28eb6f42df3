"""Reading and replacing the list of territories."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.territory import Territory
from services.catalogue.storage.conditions import among
from services.catalogue.storage.loaded import loaded_version, note_loaded
from services.catalogue.storage.tables import SCHEMA, territories

DATA_NAME = "territories"
COLUMNS = tuple(column.name for column in territories.c)
TERRITORY = tuple(territories.c[name] for name in Territory.__dataclass_fields__)
"""What `territory_of` makes a territory of."""


class TerritoryStore:
    """Territories. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def version(self) -> str | None:
        """Version of the list that is loaded."""
        return await loaded_version(self._session, DATA_NAME)

    async def replace(self, rows: Iterable[Sequence[Any]], version: str) -> None:
        """Put these rows (in the order of `COLUMNS`) in place of all others, by COPY.

        Readers see the former list until the caller's transaction commits.
        """
        await self._session.execute(delete(territories))
        raw = await (await self._session.connection()).get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.copy_records_to_table(
            territories.name, schema_name=SCHEMA, columns=COLUMNS, records=rows
        )
        await note_loaded(self._session, DATA_NAME, version)

    async def find(self, codes: Collection[str]) -> dict[str, Territory]:
        """Territories by code, by former code or by a commune's SIREN, keyed as asked.

        A present code wins over the same code in its former life, so former codes, whose index
        is slow, are looked through only for what is nothing else.
        """
        wanted = sorted(set(codes))
        if not wanted:
            return {}
        columns = territories.c
        rows = await self._session.execute(
            select(*TERRITORY).where(or_(among(columns.code, wanted), among(columns.siren, wanted)))
        )
        by_number: dict[str, Territory] = {}
        present: dict[str, Territory] = {}
        for territory in map(territory_of, rows):
            present[territory.code] = territory
            if territory.siren:
                by_number.setdefault(territory.siren, territory)
        found = {**by_number, **present}
        asked = set(wanted)
        if others := sorted(asked - found.keys()):
            former = await self._session.execute(
                select(*TERRITORY, columns.former_codes).where(columns.former_codes.overlap(others))
            )
            for row in former:
                for alias in row.former_codes:
                    found.setdefault(alias, territory_of(row))
        return {code: territory for code, territory in found.items() if code in asked}

    async def names(self, codes: Collection[str]) -> dict[str, str]:
        """The names of present territories, by their codes."""
        rows = await self._session.execute(
            select(territories.c.code, territories.c.name).where(among(territories.c.code, codes))
        )
        return {row.code: row.name for row in rows}

    async def every(self) -> list[tuple[Territory, tuple[str, ...]]]:
        """The whole list, each with its former codes."""
        rows = await self._session.execute(select(*TERRITORY, territories.c.former_codes))
        return [(territory_of(row), tuple(row.former_codes)) for row in rows]

    async def of_kind(self, kind: str) -> list[Territory]:
        """All territories of that kind, by name."""
        rows = await self._session.execute(
            select(*TERRITORY).where(territories.c.kind == kind).order_by(territories.c.plain_name)
        )
        return [territory_of(row) for row in rows]

    async def named(self, names: Collection[str]) -> dict[str, list[Territory]]:
        """Territories by their plain name (`models.text.plain`)."""
        rows = await self._session.execute(
            select(*TERRITORY, territories.c.plain_name)
            .where(among(territories.c.plain_name, sorted(set(names))))
            .order_by(territories.c.code)
        )
        found: dict[str, list[Territory]] = defaultdict(list)
        for row in rows:
            found[row.plain_name].append(territory_of(row))
        return found

    async def below(self, code: str, kind: str) -> list[Territory]:
        """Territories of that kind inside another one, by name."""
        rows = await self._session.execute(
            select(*TERRITORY)
            .where(
                territories.c.path.contains([code]),
                territories.c.kind == kind,
                territories.c.code != code,
            )
            .order_by(territories.c.plain_name)
        )
        return [territory_of(row) for row in rows]


def territory_of(row: Sequence[Any]) -> Territory:
    """A row that begins with `TERRITORY` as a value."""
    code, kind, name, siren, population, path, postal_codes = row[: len(TERRITORY)]
    return Territory(code, kind, name, siren, population, tuple(path), tuple(postal_codes))
