"""Statistics of the whole catalogue or of a part of it."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from uuid import UUID

from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.statistics import Counts, Statistics
from services.catalogue.models.text import plain
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.models.wording import Language
from services.catalogue.storage.statistics import Part, StatisticsStore, Tally
from services.catalogue.storage.territories import TerritoryStore
from shared.access.store import AccessStore
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

    `lines`: of organisations and territories only so many, those with most datasets first.
    `language`: of the names of schemas.
    Costs as much as what is told, whatever the size of the catalogue.
    """
    part = Part(territory, organization)
    async with database.snapshot() as session:
        store = StatisticsStore(session)
        everything, schemas = await store.schemas(part)
        organizations, places = await store.lines(part, lines)
        fictitious = await store.fictitious(part)
        names = await AccessStore(session).names([UUID(key) for key in organizations.tallies])
        called = await TerritoryStore(session).names(places.tallies)
    total = _counts(None, "", everything)
    by_organization = _lines(organizations.tallies, lambda key: names.get(UUID(key), key))
    by_territory = _lines(places.tallies, lambda key: called.get(key, key))
    return Statistics(
        total=total,
        by_schema=_lines(schemas, partial(schema_label, language=language)),
        by_organization=by_organization,
        by_territory=by_territory,
        other_organizations=_rest(total, by_organization),
        other_territories=_rest(total, by_territory),
        organizations=organizations.number,
        territories=places.number,
        fictitious_datasets=fictitious,
    )


def _lines(breakdown: Mapping[str, Tally], name: Callable[[str], str]) -> tuple[Counts, ...]:
    lines = [
        _counts(key or None, name(key) if key else "", tally) for key, tally in breakdown.items()
    ]
    return tuple(
        sorted(lines, key=lambda line: (line.key is None, -line.datasets, plain(line.label)))
    )


def _counts(key: str | None, label: str, tally: Tally) -> Counts:
    return Counts(
        key=key,
        label=label,
        datasets=tally.datasets,
        resources=sum(tally.verdicts.values()),
        verdicts={verdict: tally.verdicts.get(verdict, 0) for verdict in VERDICTS},
    )


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
