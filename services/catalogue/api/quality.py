"""Scores of a dataset, an organisation, a territory, a schema, with advice and history."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from services.catalogue.api.dependencies import GivenDatabase, ReaderLanguage
from services.catalogue.api.quality_views import (
    QualityView,
    dataset_quality_view,
    group_quality_view,
)
from services.catalogue.models.schema_names import schema_label
from services.catalogue.operations.directory import read_territory
from services.catalogue.operations.read_quality import (
    find_organization,
    read_dataset_quality,
    read_group_quality,
)

router = APIRouter()

From = Annotated[date | None, Query(alias="from", description="Premier jour de l’histoire")]
To = Annotated[date | None, Query(alias="to", description="Dernier jour de l’histoire")]


@router.get("/datasets/{dataset_id}/quality", summary="Qualité d’un jeu de données")
async def get_dataset_quality(
    dataset_id: UUID, database: GivenDatabase, language: ReaderLanguage
) -> QualityView:
    """Five scores, criteria met and not, advice by effect, history by day."""
    found = await read_dataset_quality(database, dataset_id)
    return dataset_quality_view(dataset_id, found, language)


@router.get("/organizations/{key}/quality", summary="Qualité de ce qu’une organisation publie")
async def get_organization_quality(
    key: str,
    database: GivenDatabase,
    language: ReaderLanguage,
    start: From = None,
    end: To = None,
) -> QualityView:
    """`key` is an id, SIREN, INSEE code or name. Scores are means over its datasets."""
    owner = await find_organization(database, key)
    found = await read_group_quality(database, "organization", str(owner.id), start=start, end=end)
    return group_quality_view(str(owner.id), owner.name, found, language)


@router.get("/territories/{code}/quality", summary="Qualité de ce qui se publie sur un territoire")
async def get_territory_quality(
    code: str,
    database: GivenDatabase,
    language: ReaderLanguage,
    start: From = None,
    end: To = None,
) -> QualityView:
    """Scores are means over the datasets of the territory and of all below it."""
    place = await read_territory(database, code)
    found = await read_group_quality(database, "territory", place.code, start=start, end=end)
    return group_quality_view(place.code, place.name, found, language)


@router.get("/schemas/{owner}/{name}/quality", summary="Qualité de ce qui suit un schéma")
async def get_schema_quality(
    owner: str,
    name: str,
    database: GivenDatabase,
    language: ReaderLanguage,
    start: From = None,
    end: To = None,
) -> QualityView:
    """Scores are means over the datasets with a file of this schema; files and rows that are
    counted are those of the schema alone.
    """
    schema = f"{owner}/{name}"
    found = await read_group_quality(database, "schema", schema, start=start, end=end)
    return group_quality_view(schema, schema_label(schema, language), found, language)


@router.get("/quality", summary="Qualité de tout le catalogue")
async def get_quality(
    database: GivenDatabase, language: ReaderLanguage, start: From = None, end: To = None
) -> QualityView:
    """Scores are means over all datasets."""
    found = await read_group_quality(database, "all", "", start=start, end=end)
    return group_quality_view("", "", found, language)
