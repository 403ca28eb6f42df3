"""Statistics of the whole catalogue or of a part of it."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.statistics import Counts, Statistics
from services.catalogue.models.text import plain
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.storage.statistics import Breakdown, StatisticsStore, Tally
from services.catalogue.storage.territories import TerritoryStore
from shared.access.store import AccessStore
from shared.db import Database


async def read_statistics(
    database: Database, *, territory: str | None = None, organization: UUID | None = None
) -> Statistics:
    """Counts with their breakdowns, of one territory (with all below it) or organisation."""
    async with database.begin() as session:
        found, fictitious = await StatisticsStore(session).breakdowns(
            territory=territory, organizations=None if organization is None else [organization]
        )
        members = await AccessStore(session).organizations()
        places = await TerritoryStore(session).find([key for key in found["territory"] if key])
    names = {str(member.id): member.name for member in members}
    by_organization = _lines(found["organization"], lambda key: names.get(key, key))
    everything: Counter[str] = Counter()
    for line in by_organization:
        everything.update(line.verdicts)
    total = Counts(
        key=None,
        label="",
        datasets=sum(line.datasets for line in by_organization),
        resources=everything.total(),
        verdicts={verdict: everything[verdict] for verdict in VERDICTS},
    )
    return Statistics(
        total=total,
        by_schema=_lines(found["schema"], schema_label),
        by_organization=by_organization,
        by_territory=_lines(
            found["territory"], lambda key: places[key].name if key in places else key
        ),
        fictitious_datasets=fictitious,
    )


def _lines(breakdown: Breakdown, name: Callable[[str], str]) -> tuple[Counts, ...]:
    lines = [_counts(key, name(key) if key else "", tally) for key, tally in breakdown.items()]
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
