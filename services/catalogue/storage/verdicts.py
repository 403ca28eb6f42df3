"""The history of verdicts, and the present verdict of each resource."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Update, and_, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.history import Change, Line
from services.catalogue.models.verdict import HistoryLine, resource_verdict
from services.catalogue.storage.conditions import among
from services.catalogue.storage.tables import resources, verdicts
from shared.given import Given

_SETTLED = ("verdict", "verdict_id", "schema_name", "schema_version")
_SETTLED_FROM = (
    *("id", "dataset_id", "organization_id", "content_sha256"),
    *("availability", "validation_requested", "declared_schema"),
    *_SETTLED,
)
_LINE = [verdicts.c[name] for name in Line.__dataclass_fields__]


class Content(NamedTuple):
    """One content of a resource, as one organisation has it."""

    resource_id: UUID
    organization_id: UUID
    content_sha256: str | None


class Known(NamedTuple):
    """What a verdict brings to the resource that has its content."""

    id: int
    verdict: str
    schema_name: str | None
    schema_version: str | None
    rows: int
    rows_with_errors: int


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

    async def present(self, resource_ids: Collection[UUID]) -> dict[Content, Known]:
        """The newest verdict on each content of these resources, told of its organisation.

        A verdict on a former content changes nothing so, and one that came before its resource
        is found when the resource comes.
        """
        rows = await self._session.execute(
            select(*(verdicts.c[name] for name in (*Content._fields, *Known._fields)))
            .ext(distinct_on(*(verdicts.c[name] for name in Content._fields)))
            .where(among(verdicts.c.resource_id, resource_ids))
            .order_by(
                *(verdicts.c[name] for name in Content._fields),
                verdicts.c.checked_at.desc(),
                verdicts.c.id.desc(),
            )
        )
        split = len(Content._fields)
        return {Content(*row[:split]): Known(*row[split:]) for row in rows}

    async def settle(self, resource_ids: Collection[UUID]) -> set[UUID]:
        """Give these resources the verdict that is theirs now; the datasets they are in."""
        known = await self.present(resource_ids)
        rows = await self._session.execute(
            select(*(resources.c[name] for name in _SETTLED_FROM)).where(
                among(resources.c.id, resource_ids)
            )
        )
        found = [dict(row) for row in rows.mappings()]
        changed = []
        for row in found:
            values = settled(row, known.get(content_of(row)))
            if any(row[name] != value for name, value in values.items()):
                changed.append({"id": row["id"], **values})
        if changed:
            connection = await self._session.connection()
            await connection.execute(_SETTLE, _SETTLED_ROWS.values(changed))
        return {row["dataset_id"] for row in found}

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


def content_of(resource: Mapping[str, Any]) -> Content:
    """What a verdict must be on, to be the resource's."""
    return Content(resource["id"], resource["organization_id"], resource["content_sha256"])


def settled(resource: Mapping[str, Any], known: Known | None) -> dict[str, Any]:
    """The verdict of a resource, where it comes from, and its schema: of the newest verdict on
    its present content, else as its portal says.
    """
    declared = resource["declared_schema"] or {}
    schema = declared.get("name"), declared.get("version")
    if known is not None and known.schema_name:
        schema = known.schema_name, known.schema_version
    return {
        "verdict": resource_verdict(
            availability=resource["availability"],
            known=known.verdict if known else None,
            validation_requested=resource["validation_requested"],
        ),
        "verdict_id": known.id if known else None,
        "schema_name": schema[0],
        "schema_version": schema[1],
    }


def _settle() -> Update:
    given = _SETTLED_ROWS.rows
    return (
        update(resources)
        .where(resources.c.id == given.c.id)
        .values({name: given.c[name] for name in _SETTLED})
    )


_SETTLED_ROWS = Given(resources, ["id", *_SETTLED])
_SETTLE = _settle()
