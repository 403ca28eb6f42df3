"""Ask for the files of a batch of datasets, as many at once as their hosts allow."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.harvester.adapters.downloads import Downloader
from services.harvester.models.datasets import StoredDataset, resource_id
from services.harvester.models.files import (
    FileState,
    Rechecks,
    after_fetch,
    being_made_until,
    must_look,
    not_downloaded,
    unfetchable,
)
from services.harvester.models.runs import Run
from services.harvester.storage.files import FileStore
from shared.contracts.records import ResourceRecord
from shared.jobs.lease import Lease
from shared.jobs.verdicts import describe as describe_error

_NO_ADDRESS = "le portail n'indique pas d'adresse utilisable pour cette ressource"
_CHECKPOINT_SECONDS = 2.0

log = structlog.get_logger(__name__)


@dataclass
class Looks:
    """What is known of the files of each dataset after a turn, `unsaved` what of it was learnt
    last. `failed`: datasets of which a file broke our own code; `postponed`: those that wait for
    a file until then, as its host rests or is still making it.
    """

    files: dict[UUID, dict[UUID, FileState]]
    unsaved: list[FileState] = field(default_factory=list)
    failed: dict[UUID, str] = field(default_factory=dict)
    postponed: dict[UUID, datetime] = field(default_factory=dict)
    requests: int = 0
    received: int = 0

    def postpone(self, dataset: UUID, until: datetime) -> None:
        """A dataset waits for the last of its files."""
        self.postponed[dataset] = max(until, self.postponed.get(dataset, until))


@dataclass(frozen=True)
class _Look:
    dataset: UUID
    state: FileState
    requests: int = 0
    received: int = 0
    postponed_until: datetime | None = None
    error: str | None = None


@dataclass(frozen=True)
class FileLooker:
    """What was learnt is written every two seconds: a killed worker asks for few files again.
    The last of it is left to the caller, who has more to say of these files.

    `patience`: how long after its beginning a run waits for hosts that rest; later, datasets
    do without the files that could not be asked for.
    """

    downloader: Downloader
    clock: Callable[[], datetime]
    rechecks: Rechecks
    patience: timedelta

    async def __call__(
        self,
        datasets: Sequence[StoredDataset],
        known: Mapping[UUID, Mapping[UUID, FileState]],
        run: Run,
        lease: Lease,
    ) -> Looks:
        """Look at every file that is due. Raises `LeaseLost` alone."""
        looks = Looks({dataset.id: {} for dataset in datasets})
        tasks: list[asyncio.Task[_Look]] = []
        for dataset in datasets:
            for resource in dataset.record.resources:
                state = _state_of(dataset, resource, known[dataset.id], run)
                looks.files[dataset.id][state.id] = state
                now = self.clock()
                if (until := being_made_until(state, now)) is not None:
                    looks.postpone(dataset.id, until)
                elif must_look(state, resource, run_began=run.created_at, now=now):
                    tasks.append(asyncio.create_task(self._look(dataset.id, state, resource, run)))
        try:
            await self._gather(tasks, looks, lease)
        finally:
            for task in tasks:
                task.cancel()
        for dataset in datasets:
            _share_with_alternatives(dataset, looks.files[dataset.id])
        return looks

    async def _gather(self, tasks: list["asyncio.Task[_Look]"], looks: Looks, lease: Lease) -> None:
        saved_at = time.monotonic()
        for ended in asyncio.as_completed(tasks):
            look = await ended
            looks.requests += look.requests
            looks.received += look.received
            if look.error is not None:
                looks.failed[look.dataset] = look.error
                continue
            looks.files[look.dataset][look.state.id] = look.state
            if look.postponed_until is not None:
                looks.postpone(look.dataset, look.postponed_until)
            looks.unsaved.append(look.state)
            if time.monotonic() - saved_at >= _CHECKPOINT_SECONDS:
                async with lease.begin() as session:
                    await FileStore(session).save(looks.unsaved)
                looks.unsaved, saved_at = [], time.monotonic()

    async def _look(
        self, dataset: UUID, state: FileState, resource: ResourceRecord, run: Run
    ) -> _Look:
        try:
            return await self._asked(dataset, state, resource, run)
        except Exception as error:
            # A defect of ours on one file must not hold up the other datasets of its batch.
            log.exception("File not looked at", dataset_id=str(dataset), url=resource.url)
            return _Look(dataset, state, error=describe_error(error))

    async def _asked(
        self, dataset: UUID, state: FileState, resource: ResourceRecord, run: Run
    ) -> _Look:
        now = self.clock()
        if resource.url is None:
            return _Look(dataset, unfetchable(state, _NO_ADDRESS, now, self.rechecks))
        if resource.kind == "api" or resource.alternative_of is not None:
            return _Look(dataset, not_downloaded(state, resource, now, self.rechecks))
        same_address = state.url == resource.url
        fetched = await self.downloader.download(
            resource.url,
            etag=state.etag if same_address else None,
            last_modified=state.last_modified if same_address else None,
            known=state.sha256 if same_address else None,
        )
        now, until = self.clock(), fetched.postponed_until
        if until is not None and until <= run.created_at + self.patience:
            # Nothing was learnt of it, and an operator may let it be asked for before.
            return _Look(dataset, state, fetched.requests, fetched.received, until)
        after = after_fetch(state, resource, fetched, now, self.rechecks)
        until = being_made_until(after, now)
        return _Look(dataset, after, fetched.requests, fetched.received, until)


def _state_of(
    dataset: StoredDataset, resource: ResourceRecord, known: Mapping[UUID, FileState], run: Run
) -> FileState:
    identifier = resource_id(dataset.id, resource.remote_id)
    state = known.get(identifier) or FileState(
        id=identifier,
        dataset_id=dataset.id,
        organization_id=dataset.organization_id,
        remote_id=resource.remote_id,
    )
    if state.preparing_since is not None and state.preparing_since < run.created_at:
        # Left from a run that ended meanwhile: this one has its whole patience before it.
        return replace(state, preparing_since=None)
    return state


def _share_with_alternatives(dataset: StoredDataset, files: dict[UUID, FileState]) -> None:
    """Another form of a file that was downloaded can be had as that one can."""
    for resource in dataset.record.resources:
        if resource.alternative_of is None:
            continue
        main = files.get(resource_id(dataset.id, resource.alternative_of))
        own = resource_id(dataset.id, resource.remote_id)
        if main is not None:
            files[own] = replace(
                files[own],
                availability=main.availability,
                reason=main.reason,
                http_status=main.http_status,
            )
