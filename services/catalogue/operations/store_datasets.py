"""Store what the harvester tells: all of a batch or none of it, as often as it likes."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.errors import IdTakenError, UnknownOrganizationError
from services.catalogue.models.dataset import fingerprint, fresh_at
from services.catalogue.models.edits import TITLE_KEY_LIMIT
from services.catalogue.models.event import EventKind
from services.catalogue.models.territory import TerritoryReason
from services.catalogue.models.text import plain
from services.catalogue.models.verdict import resource_verdict
from services.catalogue.operations.edit_dataset import keep_edits
from services.catalogue.operations.index_datasets import index_datasets
from services.catalogue.operations.resolve_duplicates import resolve_duplicates
from services.catalogue.storage.datasets import DatasetStore, StoredDataset
from services.catalogue.storage.events import EventStore
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.verdicts import VerdictStore
from shared.access.models import Principal
from shared.access.store import AccessStore
from shared.contracts.catalogue import BatchResult, DatasetBatch, DatasetUpsert, ResourceUpsert
from shared.db import Database

_NESTED = {"publisher", "temporal", "spatial", "contact", "portal", "resources"}


async def store_datasets(
    database: Database, batch: DatasetBatch, principal: Principal
) -> BatchResult:
    """Insert, overwrite or leave each dataset; index what was written.

    An older `revision` than the stored one is counted as stale and changes nothing; of two
    messages on one dataset in a batch, the newer counts. Raises `ForbiddenError` for a
    foreign organisation, `UnknownOrganizationError` and `IdTakenError`.
    """
    for message in batch.datasets:
        principal.must_own(message.organization_id)
    newest: dict[UUID, DatasetUpsert] = {}
    for message in sorted(batch.datasets, key=lambda message: message.revision):
        newest[message.id] = message
    repeated = len(batch.datasets) - len(newest)
    async with database.begin() as session:
        await lock_writers(session)
        store = DatasetStore(session)
        stored = await store.stored(newest)
        await _refuse_strangers(session, newest, stored, principal)
        accepted = {
            id_: message
            for id_, message in newest.items()
            if id_ not in stored or stored[id_].revision <= message.revision
        }
        marks = {id_: fingerprint(message) for id_, message in accepted.items()}
        same = {
            id_ for id_, mark in marks.items() if id_ in stored and stored[id_].fingerprint == mark
        }
        await _write(session, accepted, stored, marks)
    created = sum(id_ not in stored for id_ in accepted)
    return BatchResult(
        created=created,
        updated=len(accepted) - created - len(same),
        unchanged=len(same),
        stale=len(newest) - len(accepted) + repeated,
    )


async def _refuse_strangers(
    session: AsyncSession,
    messages: Mapping[UUID, DatasetUpsert],
    stored: Mapping[UUID, StoredDataset],
    principal: Principal,
) -> None:
    named = {message.organization_id for message in messages.values()}
    members = {one.id for one in await AccessStore(session).organizations(named)}
    for message in messages.values():
        if message.organization_id not in members:
            raise UnknownOrganizationError(
                f"L’organisation {message.organization_id} n’est pas membre de la plateforme.",
                message_en=f"Organisation {message.organization_id} is not a member.",
            )
        if message.id in stored:
            principal.must_own(stored[message.id].organization_id)
    claimed = {
        resource.id: message.id for message in messages.values() for resource in message.resources
    }
    total = sum(len(message.resources) for message in messages.values())
    holders = await DatasetStore(session).datasets_of_resources(claimed)
    if total != len(claimed) or any(holders[id_] != claimed[id_] for id_ in holders):
        raise IdTakenError(
            "Une ressource de l’envoi porte l’identifiant d’une ressource d’un autre jeu.",
            message_en="A resource in the batch has the id of a resource of another dataset.",
        )


async def _write(
    session: AsyncSession,
    messages: Mapping[UUID, DatasetUpsert],
    stored: Mapping[UUID, StoredDataset],
    marks: Mapping[UUID, str],
) -> None:
    if not messages:
        return
    now = datetime.now(UTC)
    store = DatasetStore(session)
    listed = [resource.id for message in messages.values() for resource in message.resources]
    rows = [
        _dataset_row(message, stored.get(id_), marks[id_], now) for id_, message in messages.items()
    ]
    await store.save_datasets(await keep_edits(session, rows))
    await store.save_resources(
        [
            _resource_row(message, resource, position)
            for message in messages.values()
            for position, resource in enumerate(message.resources)
        ]
    )
    await store.mark_removed(messages.keys(), listed, now)
    await VerdictStore(session).settle(listed)
    moved = await resolve_duplicates(
        session,
        [
            id_
            for id_, mark in marks.items()
            if id_ not in stored or stored[id_].fingerprint != mark
        ],
    )
    await index_datasets(session, messages.keys() | moved)
    await _tell(session, messages, stored)


async def _tell(
    session: AsyncSession,
    messages: Mapping[UUID, DatasetUpsert],
    stored: Mapping[UUID, StoredDataset],
) -> None:
    """Events of datasets that are new, gone or back, and of verdicts that changed."""
    events = EventStore(session)
    known = {id_: message for id_, message in messages.items() if id_ in stored}
    await events.tell(EventKind.DATASET_NEW, messages.keys() - known.keys())
    for kind, archived in ((EventKind.DATASET_REMOVED, True), (EventKind.DATASET_RETURNED, False)):
        changed = [
            id_
            for id_, message in known.items()
            if message.archived is archived and stored[id_].archived is not archived
        ]
        await events.tell(kind, changed)
    await events.tell_verdicts(messages.keys())


def _dataset_row(
    message: DatasetUpsert, stored: StoredDataset | None, mark: str, now: datetime
) -> dict[str, Any]:
    created = stored.created_at if stored else now
    temporal = message.temporal
    row = {
        "publisher_name": message.publisher.name,
        "publisher_siret": message.publisher.siret,
        "publisher_remote_id": message.publisher.remote_id,
        "plain_title": plain(message.title)[:TITLE_KEY_LIMIT],
        "temporal_start": temporal.start if temporal else None,
        "temporal_end": temporal.end if temporal else None,
        "spatial": message.spatial.model_dump(mode="json") if message.spatial else None,
        "contact_name": message.contact.name if message.contact else None,
        "contact_email": message.contact.email if message.contact else None,
        "portal_kind": message.portal.kind if message.portal else None,
        "portal_url": message.portal.url if message.portal else None,
        "portal_name": message.portal.name if message.portal else None,
        "territory_reason": TerritoryReason.UNKNOWN.value,
        "fingerprint": mark,
        "created_at": created,
        "updated_at": stored.updated_at if stored and stored.fingerprint == mark else now,
        "fresh_at": fresh_at(message, created),
        **message.model_dump(exclude=_NESTED),
    }
    return _storable(row)


def _resource_row(
    dataset: DatasetUpsert, resource: ResourceUpsert, position: int
) -> dict[str, Any]:
    row = {
        **resource.model_dump(exclude={"schema_ref", "checksum"}),
        "dataset_id": dataset.id,
        "organization_id": dataset.organization_id,
        "position": position,
        "checksum": resource.checksum.model_dump() if resource.checksum else None,
        "declared_schema": resource.schema_ref.model_dump() if resource.schema_ref else None,
        "verdict": resource_verdict(
            availability=resource.availability,
            known=None,
            validation_requested=resource.validation_requested,
        ),
        "schema_name": resource.schema_ref.name if resource.schema_ref else None,
        "schema_version": resource.schema_ref.version if resource.schema_ref else None,
        "removed_at": None,
    }
    return _storable(row)


def _storable(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _without_nul(value) for name, value in row.items()}


def _without_nul(value: Any) -> Any:
    """The value without NUL characters, which PostgreSQL refuses in any text."""
    if isinstance(value, str):
        return value.replace("\x00", "") if "\x00" in value else value
    if isinstance(value, dict):
        return {key: _without_nul(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(item) for item in value]
    return value
