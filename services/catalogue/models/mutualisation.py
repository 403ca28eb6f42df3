"""What bodies could share: published twice, or published by neighbours only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.catalogue.models.territory import Territory

NEIGHBOURS = 20
"""Towns that a town is compared with at most."""
SIMILAR = 2.0
"""A neighbour has between half and twice as many inhabitants."""
ENOUGH = 3
"""Neighbours below which the circle is drawn wider."""


@dataclass(frozen=True)
class SharedDataset:
    """A dataset as the comparison needs it."""

    id: UUID
    title: str
    organization_id: UUID
    territory_code: str
    territory_path: tuple[str, ...]
    schemas: tuple[str, ...]
    fictitious: bool


@dataclass(frozen=True)
class Twice:
    """The same schema for the same place by two bodies: `smaller` lies in `larger`, or both
    speak of one territory.
    """

    schema: str
    smaller: SharedDataset
    larger: SharedDataset


@dataclass(frozen=True)
class Example:
    """A valid file of a neighbour, to look at and to start from."""

    resource_id: UUID
    dataset_id: UUID
    dataset_title: str
    organization_id: UUID
    territory_code: str
    url: str | None
    rows: int
    fictitious: bool


@dataclass(frozen=True)
class Lacking:
    """A schema that neighbours follow with a valid file and this town does not."""

    schema: str
    neighbours: tuple[str, ...]
    example: Example


@dataclass(frozen=True)
class ValidFile:
    """A valid file of a neighbour; `points` are its dataset's."""

    schema: str
    points: int
    example: Example


def twice(datasets: Iterable[SharedDataset], others: Iterable[SharedDataset]) -> list[Twice]:
    """Pairs of different bodies, each pair once, by schema and title.

    `others` may repeat `datasets`.
    """
    by_place: dict[tuple[str, str], list[SharedDataset]] = defaultdict(list)
    for other in {one.id: one for one in others}.values():
        for schema in other.schemas:
            by_place[other.territory_code, schema].append(other)
    found: dict[tuple[str, frozenset[UUID]], Twice] = {}
    for smaller in datasets:
        for schema in smaller.schemas:
            for code in smaller.territory_path:
                for larger in by_place[code, schema]:
                    if larger.organization_id != smaller.organization_id:
                        pair = (schema, frozenset({smaller.id, larger.id}))
                        found.setdefault(pair, Twice(schema, smaller, larger))
    return sorted(found.values(), key=_in_order)


def _in_order(pair: Twice) -> tuple[str, str, UUID, UUID]:
    return pair.schema, pair.smaller.title, pair.smaller.id, pair.larger.id


def nearest(town: Territory, candidates: Sequence[Territory]) -> list[Territory]:
    """The candidates of similar size, in the smallest circle that holds enough of them: the
    same EPCI, then département, then région, then the country; closest in size first.

    A town of unknown population has no neighbours of similar size.
    """
    if not town.population:
        return []
    similar = [
        one
        for one in candidates
        if one.code != town.code
        and one.population
        and town.population / SIMILAR <= one.population <= town.population * SIMILAR
    ]
    chosen: list[Territory] = []
    for circle in (*town.path[1:], None):
        chosen = [one for one in similar if circle is None or circle in one.path]
        if len(chosen) >= ENOUGH:
            break
    size = town.population
    return sorted(chosen, key=lambda one: (abs((one.population or 0) - size), one.code))[
        :NEIGHBOURS
    ]


def lacking(own: frozenset[str], files: Iterable[ValidFile]) -> list[Lacking]:
    """What neighbours publish and the town does not, most frequent first, with the best file
    of each as the example.
    """
    by_schema: dict[str, list[ValidFile]] = defaultdict(list)
    for one in files:
        if one.schema not in own:
            by_schema[one.schema].append(one)
    found = [
        Lacking(
            schema,
            tuple(sorted({one.example.territory_code for one in of_schema})),
            max(
                of_schema, key=lambda one: (one.points, one.example.rows, one.example.resource_id)
            ).example,
        )
        for schema, of_schema in by_schema.items()
    ]
    return sorted(found, key=lambda one: (-len(one.neighbours), one.schema))
