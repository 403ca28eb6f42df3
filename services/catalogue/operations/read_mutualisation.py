"""What a territory could share with others: doubles, and what neighbours have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.mutualisation import (
    SIMILAR,
    Lacking,
    Twice,
    lacking,
    nearest,
    twice,
)
from services.catalogue.models.schema_names import SOCLE
from services.catalogue.models.territory import Territory
from services.catalogue.operations.directory import read_territory
from services.catalogue.storage.method import MethodStore, PublishedCounts
from shared.access.store import AccessStore
from shared.db import Database


@dataclass(frozen=True)
class Mutualisation:
    """`twice`: published by two bodies; `neighbours`: with whom the territory is compared;
    `lacking`: what they publish and it does not. `names` are those of organisations. `own`
    are the territory's figures, `theirs` those of each neighbour.
    """

    territory: Territory
    twice: tuple[Twice, ...]
    neighbours: tuple[Territory, ...]
    lacking: tuple[Lacking, ...]
    names: Mapping[UUID, str]
    own: PublishedCounts
    theirs: tuple[PublishedCounts, ...]


async def read_doubles(session: AsyncSession, codes: Collection[str]) -> list[Twice]:
    """What is published twice on these territories and below them. Two queries."""
    return twice(*await MethodStore(session).doubled(codes))


async def read_mutualisation(database: Database, code: str) -> Mutualisation:
    """Of a territory with all below it. Raises `NotFoundError`. Eight queries."""
    place = await read_territory(database, code)
    async with database.begin() as session:
        store = MethodStore(session)
        doubles = await read_doubles(session, [place.code])
        neighbours: list[Territory] = []
        if place.population:
            similar = await store.publishing_like(
                place.kind, place.population / SIMILAR, place.population * SIMILAR
            )
            neighbours = nearest(place, similar)
        codes = [one.code for one in neighbours]
        files = await store.valid_files(codes)
        counts = await store.published([place.code, *codes], SOCLE)
        own = await store.schemas_on(place.code)
        members = await AccessStore(session).organizations()
    return Mutualisation(
        territory=place,
        twice=tuple(doubles),
        neighbours=tuple(neighbours),
        lacking=tuple(lacking(own, files)),
        names={one.id: one.name for one in members},
        own=counts.get(place.code, PublishedCounts()),
        theirs=tuple(counts[code] for code in codes if code in counts),
    )
