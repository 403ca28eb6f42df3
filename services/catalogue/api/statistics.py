"""Statistics, as JSON and as CSV."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Query, Response

from services.catalogue.api.dependencies import (
    CountedTerritory,
    FileLanguage,
    GivenDatabase,
    ReaderLanguage,
)
from services.catalogue.api.schemas import StatisticsView
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.models.statistics import Statistics
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.operations.statistics import read_statistics

router = APIRouter()


_Organization = Annotated[UUID | None, Query(description="Identifiant d’une organisation")]


@router.get("/stats", response_model=StatisticsView, summary="Statistiques du catalogue")
async def get_statistics(
    database: GivenDatabase,
    language: ReaderLanguage,
    territory: CountedTerritory = None,
    organization: _Organization = None,
    lines: Annotated[
        int,
        Query(ge=0, le=10_000, description="Organisations et territoires cités, les premiers"),
    ] = 100,
) -> Response:
    """Counts by verdict, schema, organisation and territory; as CSV every line."""
    statistics = await read_statistics(
        database, territory=territory, organization=organization, lines=lines, language=language
    )
    # `StatisticsView` says what this looks like; checked and written by it, hundreds of lines
    # would cost as much as all that is read for them.
    told = {
        "datasets": statistics.total.datasets,
        "fictitious_datasets": statistics.fictitious_datasets,
        "resources": statistics.total.resources,
        "organizations": statistics.organizations,
        "territories": statistics.territories,
        "by_verdict": statistics.total.verdicts,
        "by_schema": statistics.by_schema,
        "by_organization": statistics.by_organization,
        "other_organizations": statistics.other_organizations,
        "by_territory": statistics.by_territory,
        "other_territories": statistics.other_territories,
        "generated_at": datetime.now(UTC),
    }
    return Response(orjson.dumps(told, option=orjson.OPT_UTC_Z), media_type="application/json")


@router.get("/stats.csv", summary="Statistiques du catalogue, en CSV")
async def get_statistics_csv(
    database: GivenDatabase,
    language: FileLanguage,
    territory: CountedTerritory = None,
    organization: _Organization = None,
) -> Response:
    """One line per breakdown and key, none left out; `total` is the first."""
    statistics = await read_statistics(
        database, territory=territory, organization=organization, language=language
    )
    header = ("repartition", "cle", "libelle", "jeux", "ressources", *VERDICTS)
    return csv_response("statistiques", named_columns(header, language), _rows(statistics))


def _rows(statistics: Statistics) -> Iterator[tuple[Any, ...]]:
    breakdowns = {
        "total": (statistics.total,),
        "schema": statistics.by_schema,
        "organisation": statistics.by_organization,
        "territoire": statistics.by_territory,
    }
    for name, lines in breakdowns.items():
        for line in lines:
            numbers = (line.verdicts[verdict] for verdict in VERDICTS)
            yield (name, line.key, line.label, line.datasets, line.resources, *numbers)
