"""The generated catalogue in a real PostgreSQL, with the index that follows it."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import func, select

from bench.search import generation
from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.dataset import DatasetFacts, ResourceFacts
from services.catalogue.models.territory import Coverage, Territory, TerritoryReason
from services.catalogue.models.text import plain
from services.catalogue.operations.index_datasets import dataset_index
from services.catalogue.operations.load_territories import load_territories
from services.catalogue.storage.tables import datasets
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization
from shared.access.tables import organizations
from shared.contracts.catalogue import DatasetUpsert
from shared.db import Database
from shared.migrations import upgrade
from tests.support.services import postgres_running

_SCORED = 5  # one dataset in five is not scored yet
_COLUMNS = [
    *("id", "organization_id", "revision", "remote_id", "remote_url", "title", "plain_title"),
    *("description", "publisher_name", "license", "keywords", "themes", "modified", "archived"),
    *("fictitious", "territory_code", "territory_path", "territory_reason", "fingerprint"),
    *("schemas", "formats", "verdict_counts", "validity", "fresh_at"),
    *("search_words", "quality_points", "changed_in"),
]


@contextmanager
def a_database(given: str | None) -> Iterator[str]:
    """An empty database of our own, flushed to disk as `socle up` has it, or the one that is
    given, which is kept.
    """
    if given:
        yield given
        return
    with postgres_running(durable=True) as server:
        yield server.new_database("bench_test")


def migrated(url: str) -> None:
    """Bring the schemas up; starts event loops of its own."""
    upgrade(url, "shared.access.migrations")
    upgrade(url, "services.catalogue.migrations")


@asynccontextmanager
async def loaded(url: str, size: int) -> AsyncIterator[tuple[Database, LiveIndex]]:
    """The catalogue of that size, and its index, which is not built yet."""
    database = Database(url)
    index = LiveIndex(database)
    try:
        await load_territories(database)
        await _fill(database, size)
        yield database, index
    finally:
        index.close()
        await database.close()


async def _fill(database: Database, size: int) -> None:
    """By COPY, with what the catalogue itself computes of each dataset."""
    async with database.begin() as session:
        if await session.scalar(select(func.count()).select_from(datasets)) == size:
            return
        owners = {one.id: one for one in generation.organizations(size)}
        places = await TerritoryStore(session).every()
        territories = {place.code: place for place, _ in places}
    driver = await asyncpg.connect(database.url)
    try:
        await driver.copy_records_to_table(
            organizations.name,
            schema_name="access",
            columns=["id", "name", "kind", "siren", "insee_code", "population", "roles"],
            records=[
                (one.id, one.name, one.kind.value, one.siren, one.insee_code, one.population, [])
                for one in owners.values()
            ],
        )
        await driver.copy_records_to_table(
            datasets.name,
            schema_name="catalogue",
            columns=_COLUMNS,
            records=(_row(message, owners, territories) for message in generation.datasets(size)),
        )
        await driver.execute("analyze catalogue.datasets")
    finally:
        await driver.close()


def _row(
    message: DatasetUpsert,
    owners: Mapping[UUID, Organization],
    territories: Mapping[str, Territory],
) -> Sequence[Any]:
    facts, resources = _facts(message)
    owner = owners[message.organization_id]
    place = territories.get(owner.insee_code or owner.siren or "")
    coverage = Coverage(place, TerritoryReason.ORGANIZATION if place else TerritoryReason.UNKNOWN)
    found = dataset_index(facts, resources, owner, coverage, territories)
    document = found.document
    points = message.id.int % 406 if message.id.int % _SCORED else None
    return (
        message.id,
        message.organization_id,
        message.revision,
        message.remote_id,
        message.remote_url,
        message.title,
        plain(message.title),
        message.description,
        message.publisher.name,
        message.license,
        message.keywords,
        message.themes,
        message.modified,
        message.archived,
        message.fictitious,
        found.territory_code,
        list(found.territory_path),
        found.territory_reason,
        "",
        list(found.schemas),
        list(found.formats),
        orjson.dumps(dict(found.verdict_counts)).decode(),
        found.validity,
        message.modified,
        [document.title, document.names, document.topics, document.rest, document.around],
        points,
        0,
    )


def _facts(message: DatasetUpsert) -> tuple[DatasetFacts, list[ResourceFacts]]:
    resources = [
        ResourceFacts(
            message.id,
            resource.title,
            resource.format,
            "unavailable" if resource.availability == "unavailable" else "no-schema",
            resource.schema_ref.name if resource.schema_ref else None,
        )
        for resource in message.resources
    ]
    facts = DatasetFacts(
        id=message.id,
        organization_id=message.organization_id,
        title=message.title,
        description=message.description,
        publisher_name=message.publisher.name,
        keywords=tuple(message.keywords),
        themes=tuple(message.themes),
        zones=(),
        spatial_name=None,
    )
    return facts, resources
