"""Time series, as JSON and as CSV, and their making anew."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from services.catalogue.api.dependencies import (
    CountedTerritory,
    FileLanguage,
    GivenDatabase,
    ReaderLanguage,
    Writer,
)
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.models.series import Breakdown, Metric, Resolution, Series, SeriesQuery
from services.catalogue.models.wording import Language
from services.catalogue.operations.read_series import (
    names_of_parts,
    read_series,
    rebuild_statistics,
)
from shared.contracts.catalogue import ResourceVerdict
from shared.db import Database
from shared.errors import InvalidInputError

router = APIRouter()
_USUAL_DAYS = 365


class PointView(BaseModel):
    """The value at the end of a day, month or year; null where nothing could be measured."""

    date: date
    value: float | int | None


class OneSeriesView(BaseModel):
    """`key` is the part of the breakdown, `label` its name; both are empty for what has none, or
    without a breakdown.
    """

    key: str
    label: str
    points: list[PointView]


class SeriesView(BaseModel):
    """What was asked, as it was understood, and the series."""

    metric: Metric
    resolution: Resolution
    first: date
    last: date
    by: Breakdown | None
    series: list[OneSeriesView]


async def _query(
    metric: Annotated[Metric, Query(description="Ce qui est compté")] = Metric.RESOURCES,
    territory: CountedTerritory = None,
    organization: Annotated[UUID | None, Query()] = None,
    schema: Annotated[
        str | None, Query(description="Nom d’un schéma ; vide : fichiers sans schéma")
    ] = None,
    verdict: ResourceVerdict | None = None,
    first: Annotated[
        date | None, Query(alias="from", description="Premier jour ; sinon un an avant le dernier")
    ] = None,
    last: Annotated[
        date | None, Query(alias="to", description="Dernier jour ; sinon aujourd’hui")
    ] = None,
    resolution: Resolution = Resolution.DAY,
    by: Annotated[Breakdown | None, Query(description="Répartition")] = None,
) -> SeriesQuery:
    until = last or datetime.now(UTC).date()
    since = first or until - timedelta(days=_USUAL_DAYS)
    if since > until:
        raise InvalidInputError(
            "Le premier jour (« from ») vient après le dernier (« to »).",
            message_en="`from` is later than `to`.",
        )
    return SeriesQuery(
        metric=metric,
        first=since,
        last=until,
        resolution=resolution,
        territory=territory or None,
        organization=organization,
        schema=schema,
        verdict=verdict,
        by=by,
    )


Asked = Annotated[SeriesQuery, Depends(_query)]


@router.get("/stats/series", response_model=SeriesView, summary="Séries temporelles")
async def get_series(database: GivenDatabase, query: Asked, language: ReaderLanguage) -> Response:
    """Values at the end of each day, month or year."""
    found, names = await _named(database, query, language)
    # `SeriesView` says what this looks like; checked and written by it, thousands of points would
    # cost more than all that is read for them.
    told = {
        "metric": query.metric,
        "resolution": query.resolution,
        "first": query.first,
        "last": query.last,
        "by": query.by,
        "series": [
            {
                "key": one.key,
                "label": names.get(one.key, one.key),
                "points": [{"date": day, "value": value} for day, value in one.points.items()],
            }
            for one in found
        ],
    }
    return Response(orjson.dumps(told), media_type="application/json")


@router.get("/stats/series.csv", summary="Séries temporelles, en CSV")
async def get_series_csv(database: GivenDatabase, query: Asked, language: FileLanguage) -> Response:
    """One line per key and step."""
    found, names = await _named(database, query, language)
    header: tuple[str, ...] = ("date", "cle", "valeur")
    rows: list[tuple[Any, ...]] = [
        (day, one.key, value) for one in found for day, value in one.points.items()
    ]
    if query.by:
        header = (*header, "libelle")
        rows = [(*row, names.get(row[1], row[1])) for row in rows]
    return csv_response(f"serie-{query.metric}", named_columns(header, language), rows)


@router.post("/stats/rebuild", summary="Recompter les séries")
async def post_rebuild(database: GivenDatabase, principal: Writer) -> dict[str, int]:
    """Make the daily changes again from the history of the stock; for the syndicate."""
    principal.must_own(UUID(int=0))
    return {"datasets": await rebuild_statistics(database)}


async def _named(
    database: Database, query: SeriesQuery, language: Language
) -> tuple[Sequence[Series], Mapping[str, str]]:
    found = await read_series(database, query)
    names = await names_of_parts(database, query.by, [one.key for one in found], language)
    return found, names
