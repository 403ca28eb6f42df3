"""Members, territories, and suggestions while a query is being typed."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.adapters.index.view import View
from services.catalogue.models.search import Criteria
from services.catalogue.models.territory import Territory, zone_code
from services.catalogue.models.text import parse_query
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError

SUGGESTIONS_OF_A_KIND = 5


@dataclass(frozen=True)
class Suggestion:
    """Something whose name begins as what was typed. `key` is its code or id."""

    kind: Literal["dataset", "organization", "territory", "schema"]
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


async def read_territory(database: Database, code: str) -> Territory:
    """A territory by code, zone, SIREN or former code. Raises `NotFoundError`."""
    async with database.begin() as session:
        return await find_territory(session, code)


async def read_place(database: Database, code: str) -> Place:
    """A territory, what lies around it, and the members in it. Raises as `read_territory`.

    Looks up where every member is at home: who needs no members asks for the territory.
    """
    async with database.begin() as session:
        found = await find_territory(session, code)
        store = TerritoryStore(session)
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


async def find_territory(session: AsyncSession, code: str) -> Territory:
    """As `read_territory`, in a session of the caller's."""
    asked = zone_code(code) or code
    found = (await TerritoryStore(session).find([asked])).get(asked)
    if found is None:
        raise NotFoundError(
            f"Aucun territoire ne porte le code « {code} ».",
            message_en=f"No territory has the code `{code}`.",
        )
    return found


async def suggest(index: LiveIndex, typed: str) -> list[Suggestion]:
    """Members and schemas first, then territories, then datasets: a few of each."""
    criteria = Criteria(terms=parse_query(typed), filters={})
    if not criteria.terms:
        return []

    def read(view: View) -> list[Suggestion]:
        names = view.suggest_names(typed, SUGGESTIONS_OF_A_KIND)
        hits = view.suggest_datasets(criteria, SUGGESTIONS_OF_A_KIND)
        return [
            *(Suggestion(name.kind, name.key, name.label, name.detail) for name in names),
            *(Suggestion("dataset", str(hit.id), hit.title, hit.publisher_name) for hit in hits),
        ]

    return await index.read(read)
