"""Find the territory of each dataset, from all that is known of where it belongs."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from shapely.geometry.base import BaseGeometry
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import DatasetFacts
from services.catalogue.models.territory import (
    Clues,
    Coverage,
    Territory,
    decide_coverage,
    names_of_territories,
    zone_code,
)
from services.catalogue.models.whereabouts import REACH, readable, territory_of
from services.catalogue.storage.contours import Box, ContourStore
from services.catalogue.storage.territories import TerritoryStore
from shared.access.models import Organization

_SIREN_LENGTH = 9


async def attach_territories(
    session: AsyncSession, facts: Sequence[DatasetFacts], organizations: Mapping[UUID, Organization]
) -> tuple[dict[UUID, Coverage], dict[str, Territory]]:
    """Where each dataset belongs and why; and the territories around those, by code."""
    store = TerritoryStore(session)
    lying = await _lie_in(session, facts)
    clues = {each.id: _clues(each, lying.get(each.id), organizations) for each in facts}
    # Most datasets of a portal say the same of where they belong.
    different = set(clues.values())
    known = await store.find({code for each in different for code in _codes(each)})
    called = {
        name: names_of_territories(name)
        for each in different
        for name in (each.publisher_name, each.place_name)
        if name
    }
    by_name = await store.named({plain for names in called.values() for plain in names})

    def named(name: str) -> list[Territory]:
        return [
            territory
            for plain, kinds in called[name].items()
            for territory in by_name.get(plain, ())
            if kinds is None or territory.kind in kinds
        ]

    decided = {each: decide_coverage(each, known.get, named) for each in different}
    placed = [each.territory for each in decided.values() if each.territory]
    around = await store.find({code for place in placed for code in place.path} - known.keys())
    return {id_: decided[each] for id_, each in clues.items()}, {**known, **around}


def _clues(
    facts: DatasetFacts, lies_in: str | None, organizations: Mapping[UUID, Organization]
) -> Clues:
    owner = organizations.get(facts.organization_id)
    return Clues(
        zones=facts.zones,
        publisher_siren=(facts.publisher_siret or "")[:_SIREN_LENGTH] or None,
        publisher_name=facts.publisher_name,
        place_name=facts.spatial_name,
        geometry_code=lies_in,
        organization_code=territory_key(owner) if owner else None,
    )


def territory_key(organization: Organization) -> str | None:
    """By what an organisation's own territory is found: INSEE code, else SIREN."""
    return organization.insee_code or organization.siren


async def _lie_in(session: AsyncSession, facts: Sequence[DatasetFacts]) -> dict[UUID, str]:
    """The code of the territory in which the geometries lie; without one: left out."""
    drawn = {each.id: geometry for each in facts if (geometry := _drawn(each)) is not None}
    if not drawn:
        return {}
    boxes: dict[UUID, Box] = {id_: geometry.buffer(REACH).bounds for id_, geometry in drawn.items()}
    around = await ContourStore(session).around(list(dict.fromkeys(boxes.values())))
    found = {id_: territory_of(geometry, around[boxes[id_]]) for id_, geometry in drawn.items()}
    return {id_: code for id_, code in found.items() if code}


def _drawn(facts: DatasetFacts) -> BaseGeometry | None:
    """Asked only where no zone says it: geometry costs more than a code."""
    if facts.geometry is None or any(map(zone_code, facts.zones)):
        return None
    geometry = readable(facts.geometry)
    if geometry is None:
        return None
    middle = geometry.centroid
    # 0, 0 is what a form is filled with, not a place in France.
    return geometry if middle.x and middle.y else None


def _codes(clues: Clues) -> list[str]:
    zones = [code for zone in clues.zones if (code := zone_code(zone))]
    others = (clues.publisher_siren, clues.geometry_code, clues.organization_code)
    return [*zones, *filter(None, others)]
