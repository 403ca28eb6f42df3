"""Compute what is searched, filtered, counted and scored of some datasets.

Runs at the end of every transaction that changes a dataset, a resource or a verdict, so
that the index never says something else than the rows it is made from.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import (
    DESCRIPTION_LIMIT,
    DatasetFacts,
    DatasetIndex,
    ResourceFacts,
    SearchDocument,
    distinct,
)
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.territory import Coverage, Territory
from services.catalogue.models.text import joined_elisions, plain
from services.catalogue.operations.attach_territories import attach_territories
from services.catalogue.operations.score_datasets import score_datasets
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.stock import StockStore
from shared.access.models import Organization
from shared.access.store import AccessStore


async def index_datasets(session: AsyncSession, ids: Collection[UUID]) -> None:
    """Index these datasets in the caller's transaction."""
    store = DatasetStore(session)
    facts = await store.facts(ids)
    resources: dict[UUID, list[ResourceFacts]] = defaultdict(list)
    for resource in await store.resource_facts(ids):
        resources[resource.dataset_id].append(resource)
    owners = {dataset.organization_id for dataset in facts}
    organizations = {o.id: o for o in await AccessStore(session).organizations(owners)}
    coverage, territories = await attach_territories(session, facts, organizations)
    await store.write_index(
        [
            dataset_index(
                dataset,
                resources[dataset.id],
                organizations.get(dataset.organization_id),
                coverage[dataset.id],
                territories,
            )
            for dataset in facts
        ]
    )
    now = datetime.now(UTC)
    await score_datasets(session, ids, now)
    await StockStore(session).follow(ids, now.date())


def dataset_index(
    dataset: DatasetFacts,
    resources: Sequence[ResourceFacts],
    owner: Organization | None,
    coverage: Coverage,
    territories: Mapping[str, Territory],
) -> DatasetIndex:
    """What is computed of one dataset."""
    place = coverage.territory
    return DatasetIndex(
        dataset_id=dataset.id,
        territory_code=place.code if place else None,
        territory_path=place.path if place else (),
        territory_reason=coverage.reason.value,
        schemas=distinct(resource.schema_name for resource in resources),
        formats=distinct(resource.format for resource in resources),
        verdict_counts=Counter(resource.verdict for resource in resources),
        document=_document(dataset, resources, owner, coverage, territories),
    )


def _document(
    dataset: DatasetFacts,
    resources: Sequence[ResourceFacts],
    owner: Organization | None,
    coverage: Coverage,
    territories: Mapping[str, Territory],
) -> SearchDocument:
    place = coverage.territory
    schemas = distinct(resource.schema_name for resource in resources)
    around = [
        word
        for code in (place.path[1:] if place else ())
        if (larger := territories.get(code))
        for word in (larger.name, code if larger.kind == "departement" else None)
    ]
    return SearchDocument(
        title=plain(dataset.title),
        names=_words(
            owner.name if owner else None,
            dataset.publisher_name,
            place.name if place else dataset.spatial_name,
            joined_elisions(place.name) if place else None,
            place.code if place else None,
            *(place.postal_codes if place else ()),
            owner.siren if owner else None,
        ),
        topics=_words(
            *dataset.keywords, *dataset.themes, *schemas, *(schema_label(name) for name in schemas)
        ),
        rest=_words(
            (dataset.description or "")[:DESCRIPTION_LIMIT],
            *(resource.title for resource in resources),
        ),
        around=_words(*around),
    )


def _words(*texts: str | None) -> str:
    # The same words twice, in an owner's and a publisher's name, would count twice.
    return " ".join(dict.fromkeys(filter(None, map(plain, texts))))
