"""The addresses of the site, for who visits all of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from services.catalogue.storage.conditions import shown
from services.catalogue.storage.tables import datasets
from shared.db import Database

PER_FILE = 50_000
"""Addresses that one sitemap may have (sitemaps.org)."""

_PAGES = ("/", "/recherche", "/organisations", "/a-propos", "/api", "/accessibilite")


async def count_datasets(database: Database) -> int:
    """Datasets that have a page of their own."""
    async with database.begin() as session:
        counted = await session.scalar(select(func.count()).select_from(datasets).where(shown()))
    return counted or 0


async def dataset_addresses(database: Database, number: int) -> list[tuple[UUID, datetime]]:
    """The datasets of file `number`, from 1, with the moment they last changed."""
    async with database.begin() as session:
        rows = await session.execute(
            select(datasets.c.id, datasets.c.updated_at)
            .where(shown())
            .order_by(datasets.c.id)
            .offset((max(number, 1) - 1) * PER_FILE)
            .limit(PER_FILE)
        )
        return [(row.id, row.updated_at) for row in rows]


async def page_addresses(database: Database) -> list[str]:
    """Pages that do not depend on a dataset, and those of territories with datasets."""
    async with database.begin() as session:
        codes = await session.scalars(
            select(datasets.c.territory_code)
            .where(shown(), datasets.c.territory_code.is_not(None))
            .distinct()
            .order_by(datasets.c.territory_code)
        )
        return [*_PAGES, *(f"/territoires/{code}" for code in codes)]
