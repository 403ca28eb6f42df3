"""Members, territories, and suggestions while a query is being typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from services.catalogue.models.search import Criteria, Sort
from services.catalogue.models.territory import Territory, zone_code
from services.catalogue.models.text import parse_query, plain
from services.catalogue.storage.search import SearchStore
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError

SUGGESTIONS_OF_A_KIND = 5


@dataclass(frozen=True)
class Suggestion:
    """Something whose name begins as what was typed. `key` is its code or id."""

    kind: Literal["dataset", "organization", "territory"]
    key: str
    label: str
    detail: str | None = None


@dataclass(frozen=True)
class Place:
    """A territory, those around it (smallest first) and its members of the platform."""

    territory: Territory
    around: tuple[Territory, ...]
    members: tuple[Organization, ...]


async def read_organizations(database: Database) -> list[Organization]:
    """Every member, by name."""
    async with database.begin() as session:
        return await AccessStore(session).organizations()


async def read_place(database: Database, code: str) -> Place:
    """A territory by code, zone, SIREN or former code. Raises `NotFoundError`."""
    async with database.begin() as session:
        store = TerritoryStore(session)
        asked = zone_code(code) or code
        found = (await store.find([asked])).get(asked)
        if found is None:
            raise NotFoundError(
                f"Aucun territoire ne porte le code « {code} ».",
                message_en=f"No territory has the code `{code}`.",
            )
        named = await store.find(found.path)
        members = await AccessStore(session).organizations()
        homes = await store.find(
            [key for member in members if (key := member.insee_code or member.siren)]
        )
    inside = tuple(
        member
        for member in members
        if (home := homes.get(member.insee_code or member.siren or "")) and found.code in home.path
    )
    around = tuple(named[code] for code in found.path[1:] if code in named)
    return Place(found, around, inside)


async def suggest(database: Database, typed: str) -> list[Suggestion]:
    """Members first, then territories, then datasets: a few of each."""
    prefix = plain(typed)
    if not prefix:
        return []
    async with database.begin() as session:
        members = await AccessStore(session).organizations()
        places = await TerritoryStore(session).suggest(prefix, SUGGESTIONS_OF_A_KIND)
        criteria = Criteria(terms=parse_query(typed), filters={}, as_of=datetime.now(UTC))
        hits = await SearchStore(session).page(
            criteria, Sort.RELEVANCE, SUGGESTIONS_OF_A_KIND, None
        )
    return [
        *_members(members, prefix),
        *(Suggestion("territory", place.code, place.name, place.kind) for place in places),
        *(Suggestion("dataset", str(hit.id), hit.title, hit.publisher_name) for hit in hits),
    ]


def _members(members: Sequence[Organization], prefix: str) -> list[Suggestion]:
    fitting = [m for m in members if f" {plain(m.name)}".find(f" {prefix}") >= 0]
    return [
        Suggestion("organization", str(member.id), member.name, member.kind.value)
        for member in fitting[:SUGGESTIONS_OF_A_KIND]
    ]
