"""Reading many datasets whole, in as many queries as there are tables."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.contours import Contour
from services.catalogue.models.dataset import Resource
from services.catalogue.models.publication import Place, PublishedDataset
from services.catalogue.models.territory import Territory, zone_code
from services.catalogue.storage.conditions import among
from services.catalogue.storage.contours import ContourStore
from services.catalogue.storage.pages import dataset_of, resource_of
from services.catalogue.storage.tables import datasets, resources, verdicts
from services.catalogue.storage.territories import TerritoryStore
from services.catalogue.storage.verdicts import history_line
from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.contracts.records import Checksum, Spatial


class PublicationReader:
    """Reads only."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def datasets(self, ids: Sequence[UUID]) -> list[PublishedDataset]:
        """These datasets in the given order; those that are gone are left out."""
        rows = {
            row.id: row
            for row in await self._session.execute(
                select(datasets).where(among(datasets.c.id, ids))
            )
        }
        found, checksums = await self._resources(ids)
        members = {member.id: member for member in await AccessStore(self._session).organizations()}
        codes = {id_: _codes(row) for id_, row in rows.items()}
        wanted = {code for named in codes.values() for code in named.values()}
        territories = await TerritoryStore(self._session).find(wanted)
        contours = await ContourStore(self._session).of([t.code for t in territories.values()])
        return [
            _published(
                rows[id_],
                found[id_],
                members,
                checksums,
                _places(codes[id_], territories, contours),
            )
            for id_ in ids
            if id_ in rows
        ]

    async def _resources(
        self, ids: Sequence[UUID]
    ) -> tuple[Mapping[UUID, list[Resource]], Mapping[UUID, Checksum]]:
        rows = list(
            await self._session.execute(
                select(resources)
                .where(among(resources.c.dataset_id, ids), resources.c.removed_at.is_(None))
                .order_by(resources.c.dataset_id, resources.c.position)
            )
        )
        lines = {
            line.id: history_line(line)
            for line in await self._session.execute(
                select(verdicts).where(
                    among(verdicts.c.id, [row.verdict_id for row in rows if row.verdict_id])
                )
            )
        }
        found: dict[UUID, list[Resource]] = defaultdict(list)
        for row in rows:
            found[row.dataset_id].append(resource_of(row, lines.get(row.verdict_id)))
        return found, {row.id: Checksum(**row.checksum) for row in rows if row.checksum}


def _codes(row: Row[Any]) -> dict[str, str]:
    """The codes of its zones, by zone; without any, that of its territory."""
    zones = (row.spatial or {}).get("zones", ())
    named = {zone: code for zone in zones if (code := zone_code(zone))}
    return named or ({row.territory_code: row.territory_code} if row.territory_code else {})


def _places(
    codes: Mapping[str, str], territories: Mapping[str, Territory], contours: Mapping[str, Contour]
) -> dict[str, Place]:
    return {
        zone: Place(territories[code], contours.get(territories[code].code))
        for zone, code in codes.items()
        if code in territories
    }


def _published(
    row: Row[Any],
    found: Sequence[Resource],
    members: Mapping[UUID, Organization],
    checksums: Mapping[UUID, Checksum],
    places: Mapping[str, Place],
) -> PublishedDataset:
    owner = members.get(row.organization_id)
    dataset = replace(dataset_of(row, tuple(found)), organization_name=owner.name if owner else "")
    return PublishedDataset(
        dataset=dataset,
        organization=owner,
        spatial=Spatial(**row.spatial) if row.spatial else None,
        places=places,
        checksums={each.id: checksums[each.id] for each in found if each.id in checksums},
    )
