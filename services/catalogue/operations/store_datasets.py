"""Store what the harvester tells: all of a batch or none of it, as often as it likes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.errors import IdTakenError, UnknownOrganizationError
from services.catalogue.models.dataset import fingerprint, fresh_at, what_is_said
from services.catalogue.models.described import Described, Row
from services.catalogue.models.edits import TITLE_KEY_LIMIT
from services.catalogue.models.event import EventKind
from services.catalogue.models.evidence import CopyFacts, copy_facts
from services.catalogue.models.text import plain
from services.catalogue.operations.behind import Behind, in_turns, parts
from services.catalogue.operations.edit_dataset import keep_edits
from services.catalogue.operations.index_datasets import (
    Computed,
    Surroundings,
    computed,
    index_datasets,
    look_around,
)
from services.catalogue.operations.resolve_duplicates import resolve_duplicates
from services.catalogue.operations.tell_events import dataset_event, is_news, verdict_events
from services.catalogue.storage.datasets import (
    DatasetStore,
    StoredDataset,
    StoredResource,
    saved_datasets,
    saved_resources,
)
from services.catalogue.storage.described import link_answers
from services.catalogue.storage.events import added_events
from services.catalogue.storage.identities import IdentityStore, added_keys
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.quality import saved_scores
from services.catalogue.storage.stock import counted
from services.catalogue.storage.verdicts import (
    Content,
    Known,
    VerdictStore,
    content_of,
    settled,
)
from shared.access.models import Organization, Principal
from shared.access.store import AccessStore
from shared.contracts.catalogue import BatchResult, DatasetBatch, DatasetUpsert, ResourceUpsert
from shared.db import Database
from shared.given import Write, together

_FIRST = 60
"""Datasets that are computed first: until then PostgreSQL has nothing to write."""

_GROWTH = 1.6
"""Of the next parts: while PostgreSQL writes one, about so many more datasets are computed."""

_NESTED = {"publisher", "temporal", "spatial", "contact", "portal", "provenance", "resources"}
_OF_DATASET = [name for name in DatasetUpsert.model_fields if name not in _NESTED]
_OF_RESOURCE = [
    name for name in ResourceUpsert.model_fields if name not in {"checksum", "schema_ref"}
]


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
        owners = await _owners(session, newest.values())
        stored = await DatasetStore(session).stored(newest)
        files = await _refuse_strangers(session, newest.values(), stored, principal)
        accepted = [
            Told(message, owners[message.organization_id], stored.get(id_))
            for id_, message in newest.items()
            if id_ not in stored or stored[id_].revision <= message.revision
        ]
        as_they_are = [told for told in accepted if told.changes_nothing]
        await _confirm(session, as_they_are)
        news = [told for told in accepted if not told.changes_nothing]
        if news:
            await _write(session, news, await _learn(session, news, owners, files))
    created = sum(told.stored is None for told in accepted)
    same = sum(told.says_the_same for told in accepted)
    return BatchResult(
        created=created,
        updated=len(accepted) - created - same,
        unchanged=same,
        stale=len(newest) - len(accepted) + repeated,
    )


@dataclass(frozen=True)
class Told:
    """A message that counts, beside what is stored of its dataset."""

    message: DatasetUpsert
    owner: Organization
    stored: StoredDataset | None

    @cached_property
    def mark(self) -> str:
        """By which the same message is known again."""
        return fingerprint(what_is_said(self.message), self.owner)

    @property
    def says_the_same(self) -> bool:
        """As the last message, whenever that was."""
        return self.stored is not None and self.stored.fingerprint == self.mark

    @property
    def changes_nothing(self) -> bool:
        """Nor does the time that has passed: a date of the future may have come."""
        stored = self.stored
        return (
            stored is not None
            and self.says_the_same
            and stored.fresh_at == fresh_at(self.message, stored.created_at)
        )


async def _owners(
    session: AsyncSession, messages: Iterable[DatasetUpsert]
) -> dict[UUID, Organization]:
    named = {message.organization_id for message in messages}
    members = {one.id: one for one in await AccessStore(session).organizations(named)}
    for id_ in named - members.keys():
        raise UnknownOrganizationError(
            f"L’organisation {id_} n’est pas membre de la plateforme.",
            message_en=f"Organisation {id_} is not a member.",
        )
    return members


async def _refuse_strangers(
    session: AsyncSession,
    messages: Collection[DatasetUpsert],
    stored: Mapping[UUID, StoredDataset],
    principal: Principal,
) -> dict[UUID, StoredResource]:
    """What is stored of the batch's resources, all of which are its datasets' own."""
    for message in messages:
        if message.id in stored:
            principal.must_own(stored[message.id].organization_id)
    claimed = {resource.id: message.id for message in messages for resource in message.resources}
    total = sum(len(message.resources) for message in messages)
    files = await DatasetStore(session).stored_resources(claimed)
    if total != len(claimed) or any(file.dataset_id != claimed[id_] for id_, file in files.items()):
        raise IdTakenError(
            "Une ressource de l’envoi porte l’identifiant d’une ressource d’un autre jeu.",
            message_en="A resource in the batch has the id of a resource of another dataset.",
        )
    return files


async def _confirm(session: AsyncSession, told: Collection[Told]) -> None:
    await DatasetStore(session).confirm(
        {one.message.id: one.message.revision for one in told},
        {file.id: file.checked_at for one in told for file in one.message.resources},
    )


@dataclass(frozen=True)
class _Learnt:
    """All that is read before a batch is computed: rows of its datasets, with the operator's
    corrections, in its order; and what is stored of these and of their files.
    """

    at: datetime
    rows: Sequence[Row]
    files: Mapping[UUID, StoredResource]
    verdicts: Mapping[Content, Known]
    answers: Mapping[UUID, bool]
    keys: Mapping[UUID, frozenset[str]]
    around: Surroundings

    def described(self, row: Row, message: DatasetUpsert) -> Described:
        """The dataset as it will be stored, its files with their verdicts."""
        resources = []
        for position, told in enumerate(message.resources):
            file = _resource_row(message, told, position, self.files.get(told.id))
            known = self.verdicts.get(content_of(file))
            file.update(settled(file, known))
            file["rows"] = known.rows if known else 0
            file["rows_with_errors"] = known.rows_with_errors if known else 0
            file["answers"] = self.answers.get(told.id)
            resources.append(file)
        return Described(row, resources)


async def _learn(
    session: AsyncSession,
    told: Sequence[Told],
    owners: Mapping[UUID, Organization],
    files: Mapping[UUID, StoredResource],
) -> _Learnt:
    now = datetime.now(UTC)
    rows = await keep_edits(session, [_dataset_row(one, now) for one in told])
    every = [file for one in told for file in one.message.resources]
    unfetched = {file.id: file.url for file in every if file.availability == "unknown"}
    return _Learnt(
        at=now,
        rows=rows,
        files=files,
        verdicts=await VerdictStore(session).present([file.id for file in every]),
        answers=await link_answers(session, unfetched),
        keys=await IdentityStore(session).keys([one.message.id for one in told if one.stored]),
        around=await look_around(session, rows, owners),
    )


async def _write(session: AsyncSession, told: Sequence[Told], learnt: _Learnt) -> None:
    facts: dict[UUID, CopyFacts] = {}
    pairs = list(zip(learnt.rows, told, strict=True))
    async with Behind() as behind:
        for part in parts(pairs, _FIRST, _GROWTH):
            found: list[Computed] = []
            events: list[dict[str, Any]] = []
            keys: dict[UUID, Collection[str]] = {}
            async for row, one in in_turns(part):
                # Of a new dataset the mark is made here, while PostgreSQL writes others.
                described = learnt.described({**row, "fingerprint": one.mark}, one.message)
                found.append(computed(described, learnt.around, learnt.at))
                events += _events(one, found[-1].described)
                about = copy_facts(described.dataset, described.resources)
                facts[about.id] = about
                keys[about.id] = about.evidence - learnt.keys.get(about.id, frozenset())
            behind.start(_write_part(session, _writes(found, keys, events, learnt), found, learnt))
    moved = await resolve_duplicates(session, facts, learnt.keys)
    await index_datasets(session, moved)


def _writes(
    found: Sequence[Computed],
    keys: Mapping[UUID, Collection[str]],
    events: Sequence[Mapping[str, Any]],
    learnt: _Learnt,
) -> list[Write]:
    """All that is written of these datasets but what depends on others: which is shown."""
    described, day = [one.described for one in found], learnt.at.date()
    # PostgreSQL need not look for what would be overwritten.
    new = not any(one.id in learnt.keys for one in described)
    files = [_announced(file) for one in described for file in one.resources]
    return [
        together(
            [
                saved_datasets([one.dataset for one in described], new=new),
                saved_resources(files, new=new),
                saved_scores([one.scores for one in found], day, new=new),
                added_keys(keys),
                added_events(events),
            ]
        ),
        counted(described, day),
    ]


async def _write_part(
    session: AsyncSession, writes: Sequence[Write], found: Sequence[Computed], learnt: _Learnt
) -> None:
    connection = await session.connection()
    for write in writes:
        await connection.execute(*write)
    stored = [one.described for one in found if one.described.id in learnt.keys]
    await DatasetStore(session).mark_removed(
        [one.id for one in stored],
        [file["id"] for one in stored for file in one.resources],
        learnt.at,
    )


def _events(told: Told, described: Described) -> Iterator[dict[str, Any]]:
    """The dataset is new, gone or back; verdicts that changed."""
    archived = told.message.archived
    if told.stored is None:
        yield dataset_event(EventKind.DATASET_NEW, described)
    elif told.stored.archived is not archived:
        kind = EventKind.DATASET_REMOVED if archived else EventKind.DATASET_RETURNED
        yield dataset_event(kind, described)
    yield from verdict_events([described])


def _dataset_row(told: Told, now: datetime) -> dict[str, Any]:
    message, stored = told.message, told.stored
    created = stored.created_at if stored else now
    temporal, contact, portal = message.temporal, message.contact, message.portal
    return {
        "publisher_name": message.publisher.name,
        "publisher_siret": message.publisher.siret,
        "publisher_remote_id": message.publisher.remote_id,
        "plain_title": plain(message.title)[:TITLE_KEY_LIMIT],
        "temporal_start": temporal.start if temporal else None,
        "temporal_end": temporal.end if temporal else None,
        "spatial": message.spatial.model_dump(mode="json") if message.spatial else None,
        "contact_name": contact.name if contact else None,
        "contact_email": contact.email if contact else None,
        "portal_kind": portal.kind if portal else None,
        "portal_url": portal.url if portal else None,
        "portal_name": portal.name if portal else None,
        "duplicate_of": stored.duplicate_of if stored else None,
        "created_at": created,
        "updated_at": stored.updated_at if stored and told.says_the_same else now,
        "fresh_at": fresh_at(message, created),
        "provenance": [link.model_dump() for link in message.provenance],
        **_columns(message, _OF_DATASET),
    }


def _resource_row(
    dataset: DatasetUpsert, resource: ResourceUpsert, position: int, stored: StoredResource | None
) -> dict[str, Any]:
    return {
        **_columns(resource, _OF_RESOURCE),
        "checksum": resource.checksum.model_dump() if resource.checksum else None,
        "dataset_id": dataset.id,
        "organization_id": dataset.organization_id,
        "position": position,
        "declared_schema": resource.schema_ref.model_dump() if resource.schema_ref else None,
        "announced_verdict": stored.announced_verdict if stored else None,
        "removed_at": None,
    }


def _columns(message: BaseModel, names: Iterable[str]) -> dict[str, Any]:
    """Fields that are columns, as they are: they hold no message of their own."""
    said = vars(message)
    return {name: said[name] for name in names}


def _announced(resource: Row) -> Row:
    """The row of a file as it is once its news are told."""
    return {**resource, "announced_verdict": resource["verdict"]} if is_news(resource) else resource
