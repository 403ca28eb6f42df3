"""Statistics of the whole catalogue or of a part of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.statistics import Counts, Statistics
from services.catalogue.models.text import plain
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.models.wording import Language
from services.catalogue.operations.directory import find_territory
from services.catalogue.storage.statistics import Part, StatisticsStore
from shared.db import Database


async def read_statistics(
    database: Database,
    *,
    territory: str | None = None,
    organization: UUID | None = None,
    lines: int | None = None,
    language: Language = "fr",
) -> Statistics:
    """Counts with their breakdowns, of one territory (with all below it) or organisation.

    `territory`: any code of one; raises `NotFoundError`.
    `lines`: of organisations and territories only so many, those with most datasets first.
    `language`: of the names of schemas.
    Costs as much as what is told, whatever the size of the catalogue.
    """
    async with database.begin() as session:
        code = (await find_territory(session, territory)).code if territory else None
        found = await StatisticsStore(session).read(Part(code, organization), lines)
    schemas = (
        replace(line, label=schema_label(line.key, language)) if line.key else line
        for line in found.schemas
    )
    total = _sum(found.datasets, found.schemas)
    return Statistics(
        total=total,
        by_schema=_sorted(schemas),
        by_organization=_sorted(found.organizations),
        by_territory=_sorted(found.places),
        other_organizations=_rest(total, found.organizations),
        other_territories=_rest(total, found.places),
        organizations=found.number_of_organizations,
        territories=found.number_of_places,
        fictitious_datasets=found.fictitious,
    )


def _sorted(lines: Iterable[Counts]) -> tuple[Counts, ...]:
    return tuple(
        sorted(lines, key=lambda line: (line.key is None, -line.datasets, plain(line.label)))
    )


def _sum(datasets: int, lines: Iterable[Counts]) -> Counts:
    verdicts: Counter[str] = Counter(dict.fromkeys(VERDICTS, 0))
    for line in lines:
        verdicts.update(line.verdicts)
    return Counts(None, "", datasets, verdicts.total(), dict(verdicts))


def _rest(total: Counts, told: Iterable[Counts]) -> Counts:
    lines = list(told)
    return Counts(
        key=None,
        label="",
        datasets=total.datasets - sum(line.datasets for line in lines),
        resources=total.resources - sum(line.resources for line in lines),
        verdicts={
            verdict: number - sum(line.verdicts[verdict] for line in lines)
            for verdict, number in total.verdicts.items()
        },
    )
