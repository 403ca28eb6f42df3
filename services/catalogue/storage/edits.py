"""Edited fields, inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.edits import FIELDS, Edit, Editor
from services.catalogue.storage.conditions import among
from services.catalogue.storage.edit_tables import dataset_edits
from services.catalogue.storage.tables import datasets
from shared.access.models import Principal

_COLUMNS = [dataset_edits.c[name] for name in Edit.__dataclass_fields__]


class EditStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def of(self, ids: Collection[UUID]) -> dict[UUID, list[Edit]]:
        """By dataset, its edited fields by name; datasets without any are left out."""
        found: dict[UUID, list[Edit]] = defaultdict(list)
        rows = await self._session.execute(
            select(*_COLUMNS)
            .where(among(dataset_edits.c.dataset_id, list(ids)))
            .order_by(dataset_edits.c.field)
        )
        for row in rows:
            values = {**row._mapping, "edited_by": Editor(row.edited_by)}  # noqa: SLF001 - its public name
            found[row.dataset_id].append(Edit(**values))
        return found

    async def values(self, id_: UUID) -> dict[str, Any]:
        """The editable fields of a dataset as they are shown; it must exist."""
        names = sorted(FIELDS)
        row = (
            await self._session.execute(
                select(*(datasets.c[name] for name in names)).where(datasets.c.id == id_)
            )
        ).one()
        return dict(row._mapping)  # noqa: SLF001 - its public name

    async def put(
        self, id_: UUID, field: str, value: Any, *, harvested: Any, by: Principal
    ) -> None:
        """Edit a field; what was harvested is kept from the first edit on."""
        edited = {"value": value, "edited_by": Editor.of(by).value, "key_label": by.label}
        statement = insert(dataset_edits).values(
            dataset_id=id_, field=field, harvested=harvested, **edited
        )
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[dataset_edits.c.dataset_id, dataset_edits.c.field],
                set_={**edited, "edited_at": func.now()},
            )
        )

    async def heard(self, id_: UUID, field: str, harvested: Any) -> None:
        """The portal now says this of an edited field."""
        await self._session.execute(
            update(dataset_edits)
            .where(dataset_edits.c.dataset_id == id_, dataset_edits.c.field == field)
            .values(harvested=harvested)
        )

    async def drop(self, id_: UUID, field: str) -> None:
        """The field is the portal's again."""
        await self._session.execute(
            delete(dataset_edits).where(
                dataset_edits.c.dataset_id == id_, dataset_edits.c.field == field
            )
        )

    async def write(self, id_: UUID, values: Mapping[str, Any]) -> None:
        """Set columns of a dataset; the index comes after."""
        await self._session.execute(
            update(datasets).where(datasets.c.id == id_).values(**values, updated_at=func.now())
        )
