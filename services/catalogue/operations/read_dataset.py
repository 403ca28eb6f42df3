"""Read one dataset, its history, or what a report is about."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import Dataset, Resource
from services.catalogue.models.verdict import HistoryLine
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.edits import EditStore
from services.catalogue.storage.identities import IdentityStore
from services.catalogue.storage.pages import DatasetReader
from services.catalogue.storage.territories import TerritoryStore
from services.catalogue.storage.verdicts import VerdictStore
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError


async def read_dataset(database: Database, id_: UUID) -> Dataset:
    """A dataset with its resources and territory. Raises `NotFoundError`."""
    async with database.begin() as session:
        return await _dataset(session, id_)


async def read_resource(database: Database, resource_id: UUID) -> tuple[Dataset, Resource]:
    """A resource with its dataset. Raises `NotFoundError`."""
    async with database.begin() as session:
        known = await DatasetStore(session).stored_resources([resource_id])
        if resource_id not in known:
            raise NotFoundError(
                "Ce fichier n’existe pas dans le catalogue.",
                message_en="There is no such file in the catalogue.",
            )
        dataset = await _dataset(session, known[resource_id].dataset_id)
    return dataset, next(one for one in dataset.resources if one.id == resource_id)


async def read_history(database: Database, id_: UUID) -> list[HistoryLine]:
    """The verdicts of a dataset's resources, newest first. Raises `NotFoundError`."""
    async with database.begin() as session:
        await _dataset(session, id_)
        return await VerdictStore(session).history(id_)


async def find_report(database: Database, report_id: UUID) -> tuple[Dataset, HistoryLine] | None:
    """The dataset and the verdict that a report belongs to, when the catalogue has one."""
    async with database.begin() as session:
        found = await VerdictStore(session).by_report(report_id)
        return (await _dataset(session, found[0]), found[1]) if found else None


async def _dataset(session: AsyncSession, id_: UUID) -> Dataset:
    found = await DatasetReader(session).dataset(id_)
    if found is None:
        raise NotFoundError(
            "Ce jeu de données n’existe pas dans le catalogue, ou n’y est plus.",
            message_en="There is no such dataset in the catalogue.",
        )
    dataset, path = found
    members = {one.id: one.name for one in await AccessStore(session).organizations()}
    shown = dataset.duplicate_of or dataset.id
    copies = (await IdentityStore(session).copies_of([shown]))[shown]
    places = await TerritoryStore(session).find(path)
    around = [places[code] for code in path if code in places]
    return replace(
        dataset,
        organization_name=members.get(dataset.organization_id, ""),
        provenances=tuple(
            replace(copy, organization_name=members.get(copy.organization_id, ""))
            for copy in copies
        ),
        edits=tuple((await EditStore(session).of([id_])).get(id_, [])),
        territory=around[0] if around else None,
        larger_territories=tuple(around[1:]),
    )
