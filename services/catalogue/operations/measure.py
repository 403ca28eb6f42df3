"""The catalogue in numbers, for `/metrics`: cheap at any size."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from services.catalogue.models.verdict import validity
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.storage.quality_tables import quality_days
from services.catalogue.storage.tables import resource_tables
from shared.access.store import AccessStore
from shared.db import Database


@dataclass(frozen=True)
class Measured:
    """`quality_mean` of the 405 points and `conformity` are None before anything was judged."""

    organizations: int
    datasets: int
    resources: Mapping[str, int]
    datasets_by_schema: Mapping[str, int]
    conformity: float | None
    quality_mean: float | None
    tables: int
    table_rows: int


async def measure(database: Database) -> Measured:
    """Sums that are kept already, and two counts."""
    stock = await read_statistics(database, lines=0)
    async with database.begin() as session:
        members = await AccessStore(session).organizations()
        last = (
            await session.execute(
                select(quality_days.c.mqa, quality_days.c.datasets)
                .where(quality_days.c.scope == "all", quality_days.c.key == "")
                .order_by(quality_days.c.day.desc())
                .limit(1)
            )
        ).first()
        tables = (
            await session.execute(
                select(func.count(), func.coalesce(func.sum(resource_tables.c.rows), 0))
            )
        ).one()
    return Measured(
        organizations=len(members),
        datasets=stock.total.datasets,
        resources=stock.total.verdicts,
        datasets_by_schema={line.key: line.datasets for line in stock.by_schema if line.key},
        conformity=validity(stock.total.verdicts),
        quality_mean=last.mqa / last.datasets if last is not None and last.datasets else None,
        tables=tables[0],
        table_rows=int(tables[1]),
    )
