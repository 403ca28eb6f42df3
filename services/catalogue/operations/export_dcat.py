"""The catalogue as DCAT: one dataset, a page of a search, or all of it as it comes."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from services.catalogue.adapters.dcat.catalogue import (
    CatalogueFacts,
    PageLinks,
    describe_catalogue,
    describe_page,
)
from services.catalogue.adapters.dcat.datasets import describe_dataset
from services.catalogue.adapters.dcat.terms import Statements
from services.catalogue.adapters.dcat.writing import Syntax, foot, head, part
from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.publication import PublishedDataset
from services.catalogue.models.search import Sort
from services.catalogue.operations.search_datasets import Filters, every_hit
from services.catalogue.storage.publication import PublicationReader
from shared.db import Database
from shared.errors import NotFoundError

_AT_ONCE = 200


async def published(database: Database, ids: Sequence[UUID]) -> list[PublishedDataset]:
    """These datasets, whole, in this order."""
    async with database.begin() as session:
        return await PublicationReader(session).datasets(ids)


async def every_published(
    database: Database,
    index: LiveIndex,
    *,
    query: str = "",
    filters: Filters,
    sort: Sort | None = None,
) -> AsyncIterator[list[PublishedDataset]]:
    """Every dataset of a search, whole, some hundreds at once."""
    waiting: list[UUID] = []
    async for hit in every_hit(index, query=query, filters=filters, sort=sort):
        waiting.append(hit.id)
        if len(waiting) >= _AT_ONCE:
            yield await published(database, waiting)
            waiting = []
    if waiting:
        yield await published(database, waiting)


async def dataset_document(
    database: Database, facts: CatalogueFacts, id_: UUID, syntax: Syntax
) -> bytes:
    """One dataset. Raises `NotFoundError`."""
    found = await published(database, [id_])
    if not found:
        raise NotFoundError(
            "Ce jeu de données n’existe pas dans le catalogue, ou n’y est plus.",
            message_en="There is no such dataset in the catalogue.",
        )
    said = Statements()
    describe_dataset(said, facts.base, found[0])
    return head(syntax) + part(syntax, said, first=True) + foot(syntax)


def page_document(
    facts: CatalogueFacts, datasets: Sequence[PublishedDataset], links: PageLinks, syntax: Syntax
) -> bytes:
    """One page of the catalogue, with Hydra's links to the others."""
    said = Statements()
    catalogue = describe_catalogue(said, facts)
    describe_page(said, catalogue, links)
    for dataset in datasets:
        said.say(catalogue, "dcat:dataset", describe_dataset(said, facts.base, dataset))
    return head(syntax) + part(syntax, said, first=True) + foot(syntax)


async def whole_document(
    facts: CatalogueFacts, batches: AsyncIterator[list[PublishedDataset]], syntax: Syntax
) -> AsyncIterator[bytes]:
    """The catalogue with all its datasets in one document; memory holds some hundreds."""
    said = Statements()
    catalogue = describe_catalogue(said, facts)
    yield head(syntax) + part(syntax, said, first=True)
    async for batch in batches:
        said = Statements()
        for dataset in batch:
            said.say(catalogue, "dcat:dataset", describe_dataset(said, facts.base, dataset))
        yield part(syntax, said, first=False)
    yield foot(syntax)
