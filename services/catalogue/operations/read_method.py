"""How far territories have come: obligation, phase, scores, roles, and what is next."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.declaration import Declaration, Initiative
from services.catalogue.models.obligation import Obligation, Status, obligation
from services.catalogue.models.phases import Journey, PhaseFacts, journey
from services.catalogue.models.schema_names import SOCLE
from services.catalogue.models.territory import Territory
from services.catalogue.operations.attach_territories import territory_key
from services.catalogue.operations.directory import read_territory
from services.catalogue.operations.read_mutualisation import read_doubles
from services.catalogue.storage.declarations import DeclarationStore
from services.catalogue.storage.method import MethodStore, PublishedCounts
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization, Role
from shared.access.store import AccessStore
from shared.db import Database


@dataclass(frozen=True)
class Standing:
    """Where one body stands. `territory` is None for bodies without one (syndicates)."""

    organization: Organization | None
    territory: Territory | None
    obligation: Obligation
    journey: Journey
    declaration: Declaration | None
    initiatives: tuple[Initiative, ...]
    published: PublishedCounts

    @property
    def name(self) -> str:
        """The territory's name where there is one, else the organisation's."""
        if self.territory is not None:
            return self.territory.name
        return self.organization.name if self.organization else ""


async def read_standing(database: Database, code: str) -> Standing:
    """Of a territory, by code, zone or SIREN. Raises `NotFoundError`.

    What the operator says is that of the organisation at home there.
    """
    place = await read_territory(database, code)
    async with database.begin() as session:
        members = await AccessStore(session).organizations()
        homes = await _homes(session, members)
        owner = next(
            (one for one in members if (home := homes.get(one.id)) and home.code == place.code),
            None,
        )
        return (await _standings(session, [(owner, place)]))[0]


async def read_standings(database: Database) -> list[Standing]:
    """Of every member, by name. Six queries, however many members there are."""
    async with database.begin() as session:
        members = await AccessStore(session).organizations()
        homes = await _homes(session, members)
        return await _standings(session, [(one, homes.get(one.id)) for one in members])


async def read_obligations(database: Database, code: str) -> list[Standing]:
    """Of each commune on a territory, member or not. Raises `NotFoundError`."""
    place = await read_territory(database, code)
    async with database.begin() as session:
        members = await AccessStore(session).organizations()
        owners = {home.code: id_ for id_, home in (await _homes(session, members)).items()}
        by_id = {one.id: one for one in members}
        communes = await TerritoryStore(session).below(place.code, "commune")
        if place.kind == "commune":
            communes.append(place)
        return await _standings(
            session, [(by_id.get(owners.get(one.code, UUID(int=0))), one) for one in communes]
        )


async def _homes(session: AsyncSession, members: Sequence[Organization]) -> dict[UUID, Territory]:
    """The territory of each member that has one."""
    keys = {one.id: key for one in members if (key := territory_key(one))}
    found = await TerritoryStore(session).find(keys.values())
    return {id_: found[key] for id_, key in keys.items() if key in found}


async def _standings(
    session: AsyncSession, bodies: Sequence[tuple[Organization | None, Territory | None]]
) -> list[Standing]:
    ids = [owner.id for owner, _ in bodies if owner]
    store = DeclarationStore(session)
    declared = await store.declared(ids)
    done: dict[UUID, list[Initiative]] = defaultdict(list)
    for initiative in await store.initiatives(ids):
        done[initiative.organization_id].append(initiative)
    codes = [place.code for _, place in bodies if place]
    published = await MethodStore(session).published(codes, SOCLE)
    doubles = await _doubles(session, codes)
    return [_standing(owner, place, declared, done, published, doubles) for owner, place in bodies]


async def _doubles(session: AsyncSession, codes: Sequence[str]) -> Counter[str]:
    """How much is published twice on each of these territories and below it."""
    pairs = await read_doubles(session, codes)
    return Counter(code for pair in pairs for code in pair.smaller.territory_path)


def _standing(
    owner: Organization | None,
    place: Territory | None,
    declared: Mapping[UUID, Declaration],
    done: Mapping[UUID, Sequence[Initiative]],
    published: Mapping[str, PublishedCounts],
    doubles: Mapping[str, int],
) -> Standing:
    said = declared.get(owner.id) if owner else None
    initiatives = tuple(done.get(owner.id, ())) if owner else ()
    counts = published.get(place.code, PublishedCounts()) if place else PublishedCounts()
    duty = _obligation(owner, place, said)
    facts = PhaseFacts(
        committed=bool(said and said.committed_on),
        contact=bool(said and (said.contact_name or said.contact_email)) or counts.contacts > 0,
        obligation_known=duty.status is not Status.TO_CONFIRM,
        animator=bool(owner and Role.ANIMATOR in owner.roles),
        datasets=counts.datasets,
        reachable=counts.reachable,
        licensed=counts.licensed,
        described=counts.described,
        conformity=counts.conformity,
        socle=counts.socle,
        published_twice=doubles.get(place.code, 0) if place else 0,
        initiatives=dict(Counter(one.phase for one in initiatives)),
    )
    return Standing(owner, place, duty, journey(facts), said, initiatives, counts)


def _obligation(
    owner: Organization | None, place: Territory | None, said: Declaration | None
) -> Obligation:
    """By the body's own level; the legal population is the official list's where it has one."""
    kind = owner.kind.value if owner else place.kind if place else "other"
    population = place.population if place else None
    if population is None and owner is not None:
        population = owner.population
    return obligation(
        kind,
        population,
        said.staff_fte if said else None,
        said.staff_on if said else None,
    )
