"""Read scores: of a dataset with its history, of a group now and day by day."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.catalogue.models.quality import DatasetScores, GroupScores, Scope, ScoreDay
from services.catalogue.storage.pages import DatasetReader
from services.catalogue.storage.quality import QualityStore
from services.catalogue.storage.quality_groups import QualityGroupStore
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError


@dataclass(frozen=True)
class DatasetQuality:
    """The scores of a dataset, and the days on which one of them changed."""

    title: str
    scores: DatasetScores
    days: tuple[ScoreDay, ...]


@dataclass(frozen=True)
class GroupQuality:
    """The scores of a group, and its means day by day."""

    scores: GroupScores
    days: tuple[ScoreDay, ...]


async def read_dataset_quality(database: Database, id_: UUID) -> DatasetQuality:
    """The scores of a dataset. Raises `NotFoundError`."""
    async with database.begin() as session:
        title = await DatasetReader(session).title(id_)
        store = QualityStore(session)
        scores = await store.of_dataset(id_)
        if title is None or scores is None:
            raise NotFoundError(
                "Ce jeu de données n’existe pas dans le catalogue, ou n’y est plus.",
                message_en="There is no such dataset in the catalogue.",
            )
        return DatasetQuality(title, scores, tuple(await store.days_of_dataset(id_)))


async def read_group_quality(
    database: Database,
    scope: Scope,
    key: str,
    *,
    start: date | None = None,
    end: date | None = None,
) -> GroupQuality:
    """The scores of an organisation (id), a territory (code), a schema (name) or of `all`.

    A group without datasets has no scores, which is no error.
    """
    async with database.begin() as session:
        store = QualityGroupStore(session)
        return GroupQuality(
            await store.now(scope, key), tuple(await store.days(scope, key, start, end))
        )


async def find_organization(database: Database, asked: str) -> Organization:
    """The member with this id, SIREN, INSEE code or name. Raises `NotFoundError`."""
    async with database.begin() as session:
        found = await AccessStore(session).find_organization(asked)
    if found is None:
        raise NotFoundError(
            f"Aucune organisation ne répond à « {asked} ».",
            message_en=f"No organisation is known as `{asked}`.",
        )
    return found
