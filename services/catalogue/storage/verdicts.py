"""The history of verdicts, and the present verdict of each resource."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Subquery, and_, bindparam, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.history import Change, Line
from services.catalogue.models.verdict import HistoryLine, resource_verdict
from services.catalogue.storage.conditions import among
from services.catalogue.storage.tables import resources, verdicts

_SETTLED = ("verdict", "verdict_id", "schema_name", "schema_version")
_SETTLED_FROM = (
    *("id", "dataset_id", "availability", "validation_requested", "declared_schema"),
    *_SETTLED,
)
_LINE = [verdicts.c[name] for name in Line.__dataclass_fields__]


class VerdictStore:
    """Verdicts. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def owners(self, resource_ids: Collection[UUID]) -> dict[UUID, UUID]:
        """The organisation of each known resource."""
        rows = await self._session.execute(
            select(resources.c.id, resources.c.organization_id).where(
                among(resources.c.id, resource_ids)
            )
        )
        return {row.id: row.organization_id for row in rows}

    async def lines(self, resource_ids: Collection[UUID]) -> dict[UUID, list[Line]]:
        """The whole history of these resources, oldest first."""
        rows = await self._session.execute(
            select(verdicts.c.resource_id, *_LINE)
            .where(among(verdicts.c.resource_id, resource_ids))
            .order_by(verdicts.c.first_seen_at, verdicts.c.id)
        )
        found: dict[UUID, list[Line]] = defaultdict(list)
        for row in rows:
            found[row.resource_id].append(Line(*row[1:]))
        return found

    async def apply(self, resource_id: UUID, organization_id: UUID, change: Change) -> Line:
        """Store one change of a history; the line as it is then."""
        kind, line = change
        values = {name: getattr(line, name) for name in Line.__dataclass_fields__ if name != "id"}
        if kind == "update":
            await self._session.execute(
                update(verdicts).where(verdicts.c.id == line.id).values(values)
            )
            return line
        new_id = await self._session.scalar(
            insert(verdicts)
            .values(resource_id=resource_id, organization_id=organization_id, **values)
            .returning(verdicts.c.id)
        )
        return Line(**{**values, "id": new_id})

    async def settle(self, resource_ids: Collection[UUID]) -> set[UUID]:
        """Give these resources the verdict that is theirs now; the datasets they are in.

        It comes from the newest history line on their present content and organisation, so
        that a verdict on a former content changes nothing, and one that came before its
        resource is found when the resource comes.
        """
        known = _newest_on_each_content(resource_ids)
        rows = await self._session.execute(
            select(
                *(resources.c[name] for name in _SETTLED_FROM),
                known.c.id.label("known_id"),
                known.c.verdict.label("known_verdict"),
                known.c.schema_name.label("known_schema"),
                known.c.schema_version.label("known_version"),
            )
            .outerjoin(
                known,
                and_(
                    known.c.resource_id == resources.c.id,
                    known.c.organization_id == resources.c.organization_id,
                    known.c.content_sha256 == resources.c.content_sha256,
                ),
            )
            .where(among(resources.c.id, resource_ids))
        )
        found = rows.all()
        changed = [new for row in found if (new := _settled(row))]
        if changed:
            connection = await self._session.connection()
            await connection.execute(
                update(resources)
                .where(resources.c.id == bindparam("of_resource"))
                .values({name: bindparam(name) for name in _SETTLED}),
                changed,
            )
        return {row.dataset_id for row in found}

    async def newest(self, resource_id: UUID, content_sha256: str) -> HistoryLine | None:
        """The last verdict on one content, whether or not the resource is listed."""
        rows = await self._session.execute(
            select(verdicts)
            .where(
                verdicts.c.resource_id == resource_id,
                verdicts.c.content_sha256 == content_sha256,
            )
            .order_by(verdicts.c.checked_at.desc(), verdicts.c.id.desc())
            .limit(1)
        )
        row = rows.first()
        return history_line(row) if row else None

    async def history(self, dataset_id: UUID) -> list[HistoryLine]:
        """The history of every resource of a dataset, newest first."""
        rows = await self._session.execute(
            select(verdicts)
            .join(
                resources,
                and_(
                    resources.c.id == verdicts.c.resource_id,
                    resources.c.organization_id == verdicts.c.organization_id,
                ),
            )
            .where(resources.c.dataset_id == dataset_id)
            .order_by(verdicts.c.first_seen_at.desc(), verdicts.c.id.desc())
        )
        return [history_line(row) for row in rows]

    async def by_report(self, report_id: UUID) -> tuple[UUID, HistoryLine] | None:
        """The dataset and the history line that a report belongs to."""
        rows = await self._session.execute(
            select(resources.c.dataset_id, verdicts)
            .join(resources, resources.c.id == verdicts.c.resource_id)
            .where(verdicts.c.report_id == report_id)
            .order_by(verdicts.c.checked_at.desc())
            .limit(1)
        )
        row = rows.first()
        return (row.dataset_id, history_line(row)) if row else None


def history_line(row: Row[Any]) -> HistoryLine:
    """A row of `verdicts` as a value."""
    return HistoryLine(**{name: getattr(row, name) for name in HistoryLine.__dataclass_fields__})


def _newest_on_each_content(resource_ids: Collection[UUID]) -> Subquery:
    return (
        select(
            verdicts.c.resource_id,
            verdicts.c.organization_id,
            verdicts.c.content_sha256,
            verdicts.c.id,
            verdicts.c.verdict,
            verdicts.c.schema_name,
            verdicts.c.schema_version,
        )
        .ext(
            distinct_on(
                verdicts.c.resource_id, verdicts.c.organization_id, verdicts.c.content_sha256
            )
        )
        .where(among(verdicts.c.resource_id, resource_ids))
        .order_by(
            verdicts.c.resource_id,
            verdicts.c.organization_id,
            verdicts.c.content_sha256,
            verdicts.c.checked_at.desc(),
            verdicts.c.id.desc(),
        )
        .subquery()
    )


def _settled(row: Any) -> dict[str, Any] | None:
    """What is to be written of a resource; None when it is stored already."""
    declared = row.declared_schema or {}
    values = {
        "verdict": resource_verdict(
            availability=row.availability,
            known=row.known_verdict,
            validation_requested=row.validation_requested,
        ),
        "verdict_id": row.known_id,
        "schema_name": row.known_schema or declared.get("name"),
        "schema_version": row.known_version if row.known_schema else declared.get("version"),
    }
    if all(getattr(row, name) == value for name, value in values.items()):
        return None
    return {"of_resource": row.id, **values}
