"""An operator's corrections of a description: they outlive every harvest, and can be undone."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.edits import Changes, Edit, overlaid, with_values
from services.catalogue.operations.index_datasets import index_datasets
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.edits import EditStore
from services.catalogue.storage.locks import lock_writers
from shared.access.models import Principal
from shared.db import Database
from shared.errors import NotFoundError


async def edit_dataset(
    database: Database, id_: UUID, changes: Changes, principal: Principal
) -> list[Edit]:
    """Write the given fields over what was harvested; all edits of the dataset.

    Raises `NotFoundError`, and `ForbiddenError` unless the caller acts for its owner.
    """
    async with database.begin() as session:
        await lock_writers(session)
        await _owned(session, id_, principal)
        store = EditStore(session)
        shown = await store.values(id_)
        for field, value in changes.given().items():
            await store.put(id_, field, value, harvested=shown[field], by=principal)
        await store.write(id_, with_values({}, changes.given()))
        await index_datasets(session, [id_])
        return (await store.of([id_])).get(id_, [])


async def undo_edit(database: Database, id_: UUID, field: str, principal: Principal) -> None:
    """Show again what the portal says. Raises as `edit_dataset`, also for a field not edited."""
    async with database.begin() as session:
        await lock_writers(session)
        await _owned(session, id_, principal)
        store = EditStore(session)
        edits = {edit.field: edit for edit in (await store.of([id_])).get(id_, [])}
        if field not in edits:
            raise NotFoundError(
                f"Le champ « {field} » de ce jeu n’a pas été modifié.",
                message_en=f"The field {field} of this dataset was not edited.",
            )
        await store.drop(id_, field)
        await store.write(id_, with_values({}, {field: edits[field].harvested}))
        await index_datasets(session, [id_])


async def list_edits(database: Database, id_: UUID) -> list[Edit]:
    """The edited fields of a dataset, each beside what the portal says. Raises `NotFoundError`."""
    async with database.begin() as session:
        if id_ not in await DatasetStore(session).stored([id_]):
            raise _unknown(id_)
        return (await EditStore(session).of([id_])).get(id_, [])


async def keep_edits(
    session: AsyncSession, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Harvested rows of datasets with the edited fields over them; what the portal now says of
    those is kept beside.
    """
    store = EditStore(session)
    edits = await store.of([row["id"] for row in rows])
    for row in rows:
        for edit in edits.get(row["id"], []):
            if row[edit.field] != edit.harvested:
                await store.heard(edit.dataset_id, edit.field, row[edit.field])
    return [overlaid(row, edits[row["id"]]) if row["id"] in edits else row for row in rows]


async def _owned(session: AsyncSession, id_: UUID, principal: Principal) -> None:
    known = (await DatasetStore(session).stored([id_])).get(id_)
    if known is None:
        raise _unknown(id_)
    principal.must_own(known.organization_id)


def _unknown(id_: UUID) -> NotFoundError:
    return NotFoundError(
        f"Aucun jeu de données ne porte l’identifiant {id_}.",
        message_en=f"There is no dataset {id_}.",
    )
