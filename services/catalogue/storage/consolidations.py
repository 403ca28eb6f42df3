"""What may be consolidated, what was, and what somebody waits for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.consolidation import (
    UNLICENSED,
    Available,
    Consolidation,
    Part,
    Scope,
)
from services.catalogue.models.resource_table import TableColumn
from services.catalogue.storage.resource_tables import ON_PRESENT_CONTENT
from services.catalogue.storage.tables import (
    consolidations,
    datasets,
    resource_tables,
    resources,
)
from shared.access.tables import organizations

_LICENSE: ColumnElement[Any] = func.coalesce(datasets.c.license, UNLICENSED)


class ConsolidationStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def available(
        self, *, schema: str | None = None, territory: str | None = None
    ) -> list[Available]:
        """By schema, then the licence under which most rows are."""
        rows = func.sum(resource_tables.c.valid_rows).label("rows")
        statement = (
            _present(
                resource_tables.c.schema_name.label("schema"),
                _LICENSE.label("license"),
                func.count().label("resources"),
                func.count(datasets.c.organization_id.distinct()).label("sources"),
                rows,
            )
            .where(resource_tables.c.schema_name.is_not(None))
            .group_by(resource_tables.c.schema_name, _LICENSE)
            .order_by(resource_tables.c.schema_name, rows.desc(), _LICENSE)
        )
        if schema is not None:
            statement = statement.where(resource_tables.c.schema_name == schema)
        if territory:
            statement = statement.where(datasets.c.territory_path.contains([territory]))
        found = await self._session.execute(statement)
        return [Available(**{**row._mapping, "rows": int(row.rows)}) for row in found]  # noqa: SLF001 - the public name of it

    async def parts(self, scope: Scope) -> list[Part]:
        """The tables of the scope that have valid rows."""
        modified = func.coalesce(
            resources.c.modified, datasets.c.modified, resource_tables.c.checked_at
        )
        statement = _present(
            resource_tables,
            resources.c.verdict,
            resources.c.dataset_id,
            organizations.c.name.label("source"),
            modified.label("modified"),
        ).where(
            resource_tables.c.schema_name == scope.schema,
            _LICENSE.is_not_distinct_from(scope.license),
        )
        if scope.territory:
            statement = statement.where(datasets.c.territory_path.contains([scope.territory]))
        return [
            Part(
                table_sha256=row.table_sha256,
                resource_id=row.resource_id,
                dataset_id=row.dataset_id,
                source=row.source or "",
                license=scope.license,
                schema_version=row.schema_version,
                validated_at=row.checked_at,
                modified=row.modified,
                valid=row.verdict == "valid",
                valid_rows=row.valid_rows,
                columns=tuple(TableColumn(**column) for column in row.columns),
            )
            for row in await self._session.execute(statement)
        ]

    async def built(self, scope: Scope) -> Consolidation | None:
        """The last file of this scope."""
        found = await self._session.execute(
            select(consolidations).where(*_is(scope), consolidations.c.content_key.is_not(None))
        )
        row = found.first()
        return _consolidation(row) if row else None

    async def want(self, scope: Scope) -> None:
        """Remember that somebody asked for it: it is kept up to date from now on."""
        await self._session.execute(
            insert(consolidations)
            .values(schema_name=scope.schema, license=scope.license, territory=scope.territory)
            .on_conflict_do_nothing()
        )

    async def wanted(self) -> Sequence[tuple[Scope, str | None]]:
        """Every scope that somebody asked for, with the key of what was built."""
        rows = await self._session.execute(select(consolidations))
        return [
            (Scope(row.schema_name, row.license, row.territory), row.content_key) for row in rows
        ]

    async def put(self, built: Consolidation) -> None:
        """Keep what was built in place of what was."""
        values = {
            "content_key": built.content_key,
            "csv_sha256": built.csv_sha256,
            "parquet_sha256": built.parquet_sha256,
            "rows": built.rows,
            "duplicates": built.duplicates,
            "resources": built.resources,
            "built_at": built.built_at,
        }
        scope = built.scope
        await self._session.execute(
            insert(consolidations)
            .values(
                schema_name=scope.schema,
                license=scope.license,
                territory=scope.territory,
                **values,
            )
            .on_conflict_do_update(
                index_elements=[
                    consolidations.c[n] for n in ("schema_name", "license", "territory")
                ],
                set_=values,
            )
        )

    async def lock(self, scope: Scope) -> None:
        """Wait until nobody else builds this; held until the end of the transaction."""
        await self._session.execute(
            text("select pg_advisory_xact_lock(hashtext('socle.consolidation'), hashtext(:id))"),
            {"id": str(scope.id)},
        )


def _present(*columns: Any) -> Select[Any]:
    """Tables with valid rows of what is listed now, second ways to one dataset left out."""
    return (
        select(*columns)
        .select_from(resource_tables)
        .join(resources, ON_PRESENT_CONTENT)
        .join(datasets, datasets.c.id == resources.c.dataset_id)
        .outerjoin(organizations, organizations.c.id == datasets.c.organization_id)
        .where(
            resources.c.removed_at.is_(None),
            datasets.c.duplicate_of.is_(None),
            datasets.c.archived.is_(False),
            resource_tables.c.valid_rows > 0,
        )
    )


def _is(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    c = consolidations.c
    return (
        c.schema_name == scope.schema,
        c.license == scope.license,
        c.territory == scope.territory,
    )


def _consolidation(row: Any) -> Consolidation:
    built_at: datetime = row.built_at
    return Consolidation(
        scope=Scope(row.schema_name, row.license, row.territory),
        content_key=row.content_key,
        csv_sha256=row.csv_sha256,
        parquet_sha256=row.parquet_sha256,
        rows=row.rows,
        duplicates=row.duplicates,
        resources=row.resources,
        built_at=built_at,
    )
