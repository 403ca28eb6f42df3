"""Time series of the catalogue, and the making anew of their daily changes."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import structlog

from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.series import (
    MAX_POINTS,
    STOCKS,
    Breakdown,
    Change,
    Metric,
    Series,
    SeriesQuery,
    count_steps,
    steps,
)
from services.catalogue.models.verdict import JUDGED
from services.catalogue.models.wording import Language, wording
from services.catalogue.operations.directory import find_territory
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.described import read_described
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.quality_series import QualitySeriesStore
from services.catalogue.storage.stock import StockStore
from services.catalogue.storage.territories import TerritoryStore
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import InvalidInputError

_BATCH = 2_000

log = structlog.get_logger()


async def read_series(database: Database, query: SeriesQuery) -> list[Series]:
    """One series, or one for each part of the breakdown, by key.

    The territory is asked for by any code of it. Costs what changed, not what there is: a few
    milliseconds at any size. Raises `NotFoundError` for a territory that there is not,
    `InvalidInputError` for too many points and for what is not kept in that combination.
    """
    if count_steps(query) > MAX_POINTS:
        raise InvalidInputError(
            f"La période demandée a plus de {MAX_POINTS} points : demandez des mois ou des années.",
            message_en=f"More than {MAX_POINTS} points: ask for months or years.",
        )
    _refuse_unkept(query)
    async with database.begin() as session:
        if query.territory is not None:
            query = replace(query, territory=(await find_territory(session, query.territory)).code)
        if query.metric not in STOCKS:
            return await QualitySeriesStore(session).series(query)
        changes = await StockStore(session).changes(query)
    by_key: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_key[change.key].append(change)
    if query.by is None:
        by_key.setdefault("", [])
    ends = list(steps(query))
    found = [_series(key, told, query.metric, ends) for key, told in sorted(by_key.items())]
    # What came and went before the period, or is a dataset's where files are asked for.
    return [one for one in found if query.by is None or any(one.points.values())]


async def names_of_parts(
    database: Database, by: Breakdown | None, keys: Collection[str], language: Language
) -> Mapping[str, str]:
    """What the parts of a breakdown are called, by their keys; the part without key has no name."""
    told = [key for key in keys if key]
    if by is None or not told:
        return {}
    if by is Breakdown.SCHEMA:
        return {key: schema_label(key, language) for key in told}
    if by is Breakdown.VERDICT:
        return {key: wording(language)[f"verdict.{key}"] for key in told}
    async with database.begin() as session:
        if by is Breakdown.TERRITORY:
            return await TerritoryStore(session).names(told)
        members = await AccessStore(session).names([UUID(key) for key in told])
        return {str(id_): name for id_, name in members.items()}


async def bring_statistics_up_to_date(database: Database) -> int:
    """Count anew what was stored before its statistics were kept, or were kept otherwise;
    how many datasets. One look-up where nothing is to be done.
    """
    async with database.begin() as session:
        if await StockStore(session).is_current():
            return 0
    datasets = await rebuild_statistics(database)
    log.info("Statistics counted anew", datasets=datasets)
    return datasets


async def rebuild_statistics(database: Database) -> int:
    """Bring the states up to date and make the daily changes from them; datasets looked at."""
    done, last = 0, UUID(int=0)
    async with database.begin() as session:
        await StockStore(session).distrust()
    while True:
        async with database.begin() as session:
            await lock_writers(session)
            ids = await DatasetStore(session).ids_after(last, _BATCH)
            if not ids:
                await StockStore(session).rebuild()
                return done
            described = await read_described(session, ids)
            await StockStore(session).note(described, datetime.now(UTC).date())
        done, last = done + len(ids), ids[-1]


def _series(key: str, changes: Sequence[Change], metric: Metric, ends: Iterable[date]) -> Series:
    stock: Counter[str] = Counter()
    datasets = 0
    value = _value(metric, datasets, stock)
    points: dict[date, float | int | None] = {}
    waiting = iter(changes)
    change = next(waiting, None)
    for end in ends:
        if change is not None and change.day <= end:
            while change is not None and change.day <= end:
                stock[change.verdict] += change.resources
                datasets += change.datasets
                change = next(waiting, None)
            value = _value(metric, datasets, stock)
        points[end] = value
    return Series(key, points)


def _value(metric: Metric, datasets: int, stock: Counter[str]) -> float | int | None:
    if metric is Metric.DATASETS:
        return datasets
    if metric is Metric.RESOURCES:
        return stock.total()
    judged = sum(stock[verdict] for verdict in JUDGED)
    return round(stock["valid"] / judged, 4) if judged else None


def _refuse_unkept(query: SeriesQuery) -> None:
    """Datasets have no verdict; the quality of a day is kept by one criterion at a time."""
    narrowed = (query.territory, query.organization, query.schema)
    if query.metric is Metric.DATASETS and (query.verdict or query.by is Breakdown.VERDICT):
        fault = "Un jeu de données n’a pas de verdict : demandez metric=resources."
        fault_en = "A dataset has no verdict: ask for metric=resources."
    elif query.metric is Metric.CONFORMITY and (query.verdict or query.by is Breakdown.VERDICT):
        fault = "La part conforme est déjà un rapport de verdicts : retirez « verdict »."
        fault_en = "Conformity is a ratio of verdicts already: leave `verdict` out."
    elif query.metric not in STOCKS and (
        query.verdict or query.by or sum(each is not None for each in narrowed) > 1
    ):
        fault = (
            f"La série « {query.metric} » se demande pour un territoire, une organisation ou un "
            "schéma à la fois, sans répartition."
        )
        fault_en = f"`{query.metric}` is kept for one territory, organisation or schema at a time."
    else:
        return
    raise InvalidInputError(fault, message_en=fault_en)
