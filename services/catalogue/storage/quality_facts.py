"""Reading what scores are computed from."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, case, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.quality.facts import QualityFacts, ResourceFacts
from services.catalogue.storage.conditions import among
from services.catalogue.storage.quality_tables import link_checks
from services.catalogue.storage.tables import datasets, resources, verdicts

_DATASET = (
    "id",
    "organization_id",
    "territory_path",
    "schemas",
    "archived",
    "duplicate_of",
    "description",
    "keywords",
    "themes",
    "license",
    "license_raw",
    "frequency",
    "temporal_start",
    "temporal_end",
    "spatial",
    "contact_name",
    "contact_email",
    "issued",
    "modified",
    "created_at",
)
_RESOURCE = (
    "dataset_id",
    "url",
    "format",
    "mime",
    "size",
    "kind",
    "description",
    "modified",
    "declared_schema",
    "schema_name",
    "verdict",
)


@dataclass(frozen=True, slots=True)
class ScorableDataset:
    """A dataset's facts, and what its group is made by."""

    id: UUID
    organization_id: UUID
    territory_path: list[str]
    schemas: list[str]
    counted: bool
    facts: QualityFacts


async def scorable(session: AsyncSession, ids: Collection[UUID]) -> list[ScorableDataset]:
    """These datasets with their present resources: two queries, however many there are."""
    files: dict[UUID, list[ResourceFacts]] = defaultdict(list)
    for row in await session.execute(_resources(ids)):
        files[row.dataset_id].append(_resource(row))
    rows = await session.execute(
        select(*(datasets.c[name] for name in _DATASET)).where(among(datasets.c.id, ids))
    )
    return [_dataset(row, files[row.id]) for row in rows]


def _resources(ids: Collection[UUID]) -> Any:
    # A link that the harvester does not follow is followed by the periodic check.
    followed = and_(
        link_checks.c.resource_id == resources.c.id, link_checks.c.url == resources.c.url
    )
    availability = case(
        (resources.c.availability != "unknown", resources.c.availability),
        (link_checks.c.answers.is_(True), "available"),
        (link_checks.c.answers.is_(False), "unavailable"),
        else_="unknown",
    )
    return (
        select(
            *(resources.c[name] for name in _RESOURCE),
            availability.label("availability"),
            verdicts.c.rows,
            verdicts.c.rows_with_errors,
        )
        .outerjoin(verdicts, verdicts.c.id == resources.c.verdict_id)
        .outerjoin(link_checks, followed)
        .where(among(resources.c.dataset_id, ids), resources.c.removed_at.is_(None))
    )


def _resource(row: Row[Any]) -> ResourceFacts:
    declared = row.declared_schema or {}
    return ResourceFacts(
        url=row.url,
        format=row.format,
        mime=row.mime,
        size=row.size,
        kind=row.kind,
        description=row.description,
        modified=row.modified,
        availability=row.availability,
        verdict=row.verdict,
        declared=any(declared.get(name) for name in ("name", "url")),
        schema_name=row.schema_name,
        rows=row.rows or 0,
        rows_with_errors=row.rows_with_errors or 0,
    )


def _dataset(row: Row[Any], files: list[ResourceFacts]) -> ScorableDataset:
    spatial = row.spatial or {}
    declared = any(spatial.get(name) for name in ("zones", "geometry", "name"))
    return ScorableDataset(
        id=row.id,
        organization_id=row.organization_id,
        territory_path=list(row.territory_path),
        schemas=list(row.schemas),
        counted=not row.archived and row.duplicate_of is None,
        facts=QualityFacts(
            description=row.description,
            keywords=row.keywords,
            themes=row.themes,
            license=row.license,
            license_raw=row.license_raw,
            frequency=row.frequency,
            dated=row.temporal_start is not None or row.temporal_end is not None,
            spatial=declared,
            placed=declared or bool(row.territory_path),
            contact=bool(row.contact_name or row.contact_email),
            issued=row.issued,
            modified=row.modified,
            first_seen=row.created_at,
            resources=files,
        ),
    )
