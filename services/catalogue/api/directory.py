"""Members, territories, schemas in use, suggestions."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    GivenIndex,
    ReaderLanguage,
)
from services.catalogue.api.method_views import standing_view
from services.catalogue.api.place_view import PlaceView
from services.catalogue.api.schemas import (
    CountsView,
    OrganizationView,
    SuggestionView,
    TerritoryView,
)
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.models.statistics import Counts, Statistics
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.models.wording import Language
from services.catalogue.operations.directory import read_organizations, read_place, suggest
from services.catalogue.operations.read_method import read_standing
from services.catalogue.operations.read_quality import read_group_quality
from services.catalogue.operations.statistics import read_statistics
from shared.access.models import Organization
from shared.db import Database

router = APIRouter()

_MEMBER_HEADER = (
    "id",
    "nom",
    "type",
    "siren",
    "code_insee",
    "population",
    "roles",
    "jeux",
    "ressources",
    *VERDICTS,
)


@router.get("/suggest", summary="Proposer ce qui commence comme le texte saisi")
async def get_suggestions(
    index: GivenIndex, q: Annotated[str, Query(max_length=100)] = ""
) -> dict[str, list[SuggestionView]]:
    """Members, schemas, territories and datasets, a few of each."""
    found = await suggest(index, q)
    return {"items": [SuggestionView.model_validate(one) for one in found]}


@router.get("/organizations", summary="Les membres de la plateforme")
async def get_organizations(database: GivenDatabase) -> dict[str, list[OrganizationView]]:
    """Every member, by name, with what it publishes."""
    return {"items": await _members(database)}


@router.get("/organizations.csv", summary="Les membres de la plateforme, en CSV")
async def get_organizations_csv(database: GivenDatabase, language: FileLanguage) -> Response:
    """Every member, by name, with what it publishes."""
    return _members_csv(await _members(database), language)


@router.get("/territories/{code}", summary="Un territoire")
async def get_territory(code: str, database: GivenDatabase, language: ReaderLanguage) -> PlaceView:
    """A territory with what is published on it and below it, its scores and its phase."""
    place = await read_place(database, code)
    statistics = await read_statistics(database, territory=place.territory.code)
    standing = await read_standing(database, place.territory.code)
    quality = await read_group_quality(database, "territory", place.territory.code)
    return PlaceView(
        territory=TerritoryView.model_validate(place.territory),
        around=[TerritoryView.model_validate(around) for around in place.around],
        members=members_with_counts(place.members, statistics),
        datasets=statistics.total.datasets,
        resources=statistics.total.resources,
        by_verdict=statistics.total.verdicts,
        standing=standing_view(standing, language),
        scores=quality.scores.means,
    )


@router.get("/schemas", summary="Les schémas suivis")
async def get_schemas(
    database: GivenDatabase, language: ReaderLanguage
) -> dict[str, list[CountsView]]:
    """For each schema, the resources that follow it and their verdicts."""
    lines = await _schemas(database, language)
    return {"items": [CountsView.model_validate(line) for line in lines]}


@router.get("/schemas.csv", summary="Les schémas suivis, en CSV")
async def get_schemas_csv(database: GivenDatabase, language: FileLanguage) -> Response:
    """For each schema, the resources that follow it and their verdicts."""
    header = ("schema", "libelle", "jeux", "ressources", *VERDICTS)
    return csv_response(
        "schemas",
        named_columns(header, language),
        [
            (
                line.key,
                line.label,
                line.datasets,
                line.resources,
                *(line.verdicts[verdict] for verdict in VERDICTS),
            )
            for line in await _schemas(database, language)
        ],
    )


async def _schemas(database: Database, language: Language) -> list[Counts]:
    statistics = await read_statistics(database, lines=0, language=language)
    return [line for line in statistics.by_schema if line.key]


def members_with_counts(
    members: "list[Organization] | tuple[Organization, ...]", statistics: Statistics
) -> list[OrganizationView]:
    """Members with what they publish, those without any dataset too."""
    counts = {line.key: line for line in statistics.by_organization}
    return [_member(member, counts.get(str(member.id))) for member in members]


def _member(member: Organization, counts: Counts | None) -> OrganizationView:
    return OrganizationView(
        id=member.id,
        name=member.name,
        kind=member.kind.value,
        siren=member.siren,
        insee_code=member.insee_code,
        population=member.population,
        roles=tuple(role.value for role in member.roles),
        parent_id=member.parent_id,
        datasets=counts.datasets if counts else 0,
        resources=counts.resources if counts else 0,
        verdicts=counts.verdicts if counts else dict.fromkeys(VERDICTS, 0),
    )


async def _members(database: Database) -> list[OrganizationView]:
    return members_with_counts(await read_organizations(database), await read_statistics(database))


def _members_csv(members: list[OrganizationView], language: Language) -> Response:
    return csv_response(
        "organisations",
        named_columns(_MEMBER_HEADER, language),
        [
            (
                member.id,
                member.name,
                member.kind,
                member.siren,
                member.insee_code,
                member.population,
                " ".join(member.roles),
                member.datasets,
                member.resources,
                *(member.verdicts[verdict] for verdict in VERDICTS),
            )
            for member in members
        ],
    )
