"""Statistics, as JSON and as CSV."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.catalogue.api.dependencies import FileLanguage, GivenDatabase, ReaderLanguage
from services.catalogue.api.schemas import CountsView, StatisticsView
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.models.statistics import Counts, Statistics
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.operations.directory import read_territory
from services.catalogue.operations.statistics import read_statistics

router = APIRouter()


class _Asked(NamedTuple):
    territory: str | None
    organization: UUID | None


async def _asked(
    database: GivenDatabase,
    territory: Annotated[
        str | None, Query(description="Code d’un territoire ; ce qu’il contient est compté")
    ] = None,
    organization: Annotated[
        UUID | None, Query(description="Identifiant d’une organisation")
    ] = None,
) -> _Asked:
    code = (await read_territory(database, territory)).code if territory else None
    return _Asked(code, organization)


Asked = Annotated[_Asked, Depends(_asked)]


@router.get("/stats", response_model=StatisticsView, summary="Statistiques du catalogue")
async def get_statistics(
    database: GivenDatabase,
    asked: Asked,
    language: ReaderLanguage,
    lines: Annotated[
        int,
        Query(ge=0, le=10_000, description="Organisations et territoires cités, les premiers"),
    ] = 100,
) -> Any:
    """Counts by verdict, schema, organisation and territory; as CSV every line."""
    statistics = await read_statistics(database, **asked._asdict(), lines=lines, language=language)
    view = StatisticsView(
        datasets=statistics.total.datasets,
        fictitious_datasets=statistics.fictitious_datasets,
        resources=statistics.total.resources,
        organizations=statistics.organizations,
        territories=statistics.territories,
        by_verdict=statistics.total.verdicts,
        by_schema=_views(statistics.by_schema),
        by_organization=_views(statistics.by_organization),
        other_organizations=CountsView.model_validate(statistics.other_organizations),
        by_territory=_views(statistics.by_territory),
        other_territories=CountsView.model_validate(statistics.other_territories),
        generated_at=datetime.now(UTC),
    )
    # Written here: validated and made into JSON once more, hundreds of lines cost as much as
    # all that is read for them.
    return Response(view.model_dump_json(), media_type="application/json")


@router.get("/stats.csv", summary="Statistiques du catalogue, en CSV")
async def get_statistics_csv(
    database: GivenDatabase, asked: Asked, language: FileLanguage
) -> Response:
    """One line per breakdown and key, none left out; `total` is the first."""
    statistics = await read_statistics(database, **asked._asdict(), language=language)
    header = ("repartition", "cle", "libelle", "jeux", "ressources", *VERDICTS)
    return csv_response("statistiques", named_columns(header, language), _rows(statistics))


def _views(lines: tuple[Counts, ...]) -> list[CountsView]:
    return [CountsView.model_validate(line) for line in lines]


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
