"""The map: which territories, where they lie, and what they have opened."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.catalogue.models.choropleth import Place, Sheet, draw
from services.catalogue.models.contours import Contour
from services.catalogue.models.schema_names import SOCLE
from services.catalogue.models.territory import Territory, shared_path, zone_code
from services.catalogue.storage.contours import ContourStore
from services.catalogue.storage.openness import Openness, OpennessStore
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization, Role
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError

FRESH_FOR = timedelta(days=365)
COUNTRY = "france"

# What is drawn inside a territory of each kind; communes inside everything smaller.
_PARTS = {"region": "departement"}


@dataclass(frozen=True)
class Unit:
    """One territory of the map, with the roles of the organisation at home there."""

    territory: Territory
    openness: Openness
    roles: tuple[Role, ...] = ()
    member: bool = False


@dataclass(frozen=True)
class TerritoryMap:
    """`focus` is what the map shows (None: the country), `around` what holds it.

    `asked` is the code of the territory to point out, when it is one of the units.
    """

    focus: Territory | None
    around: tuple[Territory, ...]
    asked: str | None
    units: tuple[Unit, ...]
    sheet: Sheet
    contours: Mapping[str, Contour]
    imported_from: tuple[str, ...]
    fictitious: bool


async def read_map(database: Database, code: str | None, *, as_of: datetime) -> TerritoryMap:
    """The map of a territory, of the members' common one (None), or of the country.

    A commune is shown on its département. Raises `NotFoundError` for an unknown code.
    Cost: two counts over the datasets of the units, their contours, and the drawing.
    """
    async with database.begin() as session:
        territories = TerritoryStore(session)
        members = await AccessStore(session).organizations()
        homes = await territories.find([key for m in members if (key := _home(m))])
        asked = None if code == COUNTRY else await _asked(territories, code, homes)
        path = await territories.find(asked.path) if asked else {}
        focus = _focus(asked, path)
        units = await _units(territories, focus)
        contours = await ContourStore(session).of(
            [*(unit.code for unit in units), *([focus.code] if focus else [])]
        )
        openness = await OpennessStore(session).of(
            [unit.code for unit in units], fresh_since=as_of - FRESH_FOR, socle=SOCLE
        )
        sources = await ContourStore(session).sources()
    shown = _with_members(units, openness, members, homes)
    return TerritoryMap(
        focus=focus,
        around=tuple(path[one] for one in focus.path[1:] if one in path) if focus else (),
        asked=asked.code if asked and asked != focus else None,
        units=shown,
        sheet=await asyncio.to_thread(_sheet, shown, contours, focus),
        contours=contours,
        imported_from=tuple(sources),
        fictitious=any(figures.fictitious for figures in openness.values()),
    )


def _home(member: Organization) -> str | None:
    return member.insee_code or member.siren


async def _asked(
    territories: TerritoryStore, code: str | None, homes: dict[str, Territory]
) -> Territory | None:
    """The territory that the reader names; else the smallest département or région that
    holds every member; None: the country.
    """
    if code is not None:
        named = zone_code(code) or code
        found = (await territories.find([named])).get(named)
        if found is None:
            raise NotFoundError(
                f"Aucun territoire ne porte le code « {code} ».",
                message_en=f"No territory has the code `{code}`.",
            )
        return found
    common = await territories.find(shared_path([home.path for home in homes.values()]))
    kinds = {territory.kind: territory for territory in common.values()}
    return kinds.get("departement") or kinds.get("region")


def _focus(asked: Territory | None, path: dict[str, Territory]) -> Territory | None:
    """What holds the units: a commune is a unit of its département."""
    if asked is None or asked.kind not in {"commune", "arrondissement"}:
        return asked
    holders = [path[code] for code in asked.path[1:] if code in path]
    fitting = [holder for holder in holders if holder.kind == "departement"]
    return (fitting or holders or [asked])[0]


async def _units(territories: TerritoryStore, focus: Territory | None) -> list[Territory]:
    if focus is None:
        return await territories.of_kind("departement")
    inside = await territories.below(focus.code, _PARTS.get(focus.kind, "commune"))
    return inside or [focus]


def _with_members(
    units: Sequence[Territory],
    openness: dict[str, Openness],
    members: Collection[Organization],
    homes: dict[str, Territory],
) -> tuple[Unit, ...]:
    """Units with the roles of the members that are at home exactly there."""
    at_home: dict[str, list[Organization]] = {}
    for member in members:
        home = homes.get(_home(member) or "")
        if home:
            at_home.setdefault(home.code, []).append(member)
    return tuple(
        Unit(
            territory=unit,
            openness=openness.get(unit.code, Openness()),
            roles=tuple(
                dict.fromkeys(
                    role for member in at_home.get(unit.code, ()) for role in member.roles
                )
            ),
            member=unit.code in at_home,
        )
        for unit in units
    )


def _sheet(units: Sequence[Unit], contours: dict[str, Contour], focus: Territory | None) -> Sheet:
    places = tuple(
        Place(
            code=unit.territory.code,
            name=unit.territory.name,
            contour=contours.get(unit.territory.code),
            population=unit.territory.population or 0,
            named=unit.member,
        )
        for unit in units
    )
    return draw(places, contours.get(focus.code) if focus else None)
