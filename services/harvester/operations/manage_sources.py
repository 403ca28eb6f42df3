"""Add, change and remove sources."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.connectors.contract import Connector, Getter, Site
from services.harvester.connectors.detect import detect
from services.harvester.connectors.registry import check_config, connector_of
from services.harvester.models.schedules import check_schedule, next_moment
from services.harvester.models.sources import Source, check_address, identity_of
from services.harvester.models.states import RunState, SourceEvent, SourceState
from services.harvester.operations.conclude_run import fail_run
from services.harvester.storage.listings import ListingStore
from services.harvester.storage.runs import RunStore
from services.harvester.storage.sources import SourceStore
from shared.access.models import Principal
from shared.access.store import AccessStore
from shared.contracts.harvest import NewSource
from shared.db import Database
from shared.errors import ConflictError, InvalidInputError

_ASKED_OTHERWISE = (
    "L'adresse ou les options de la source ont changé pendant la lecture du portail : le prochain "
    "moissonnage le lit selon les nouvelles."
)


@dataclass(frozen=True)
class ManageSources:
    """Every change is checked against the key's organisation before anything else."""

    database: Database
    getter: Getter
    connectors: tuple[Connector, ...]
    jitter_seconds: int

    async def add(self, new: NewSource, principal: Principal, now: datetime) -> Source:
        """Raises `ConflictError` for a source that exists, `UnknownKindError` and
        `PortalUnreachable` when the kind is to be found and cannot be, `InvalidInputError` for
        an option that the kind does not know.
        """
        principal.must_own(new.organization_id)
        check_address(new.url)
        for schedule in (new.schedule, new.full_schedule):
            if schedule is not None:
                check_schedule(schedule)
        async with self.database.begin() as session:
            await self._check_member(session, new.organization_id)
            await _refuse_twin(session, new.organization_id, new.url, new.config)
        # The portal is asked outside of any transaction: it may take its time.
        connector = await self._connector(new, now)
        check_config(connector, new.config)
        identifier = uuid4()
        source = Source(
            id=identifier,
            organization_id=new.organization_id,
            name=new.name or _name_of(new.url),
            url=new.url,
            kind=connector.kind,
            state=SourceState.ENABLED if new.enabled else SourceState.DISABLED,
            config=new.config,
            schedule=new.schedule,
            full_schedule=new.full_schedule,
            fictitious=new.fictitious,
            next_run_at=self._next(new.schedule, now, identifier),
        )
        async with self.database.begin() as session:
            async with _unlike_any(session, new.organization_id, new.url, new.config):
                await SourceStore(session).add(source)
            return await SourceStore(session).get(identifier)

    async def change(
        self, source_id: UUID, changes: Mapping[str, Any], principal: Principal, now: datetime
    ) -> Source:
        """Change the given members only; raises as `add` does. With another address, kind or
        other options the portal is read afresh: what was learnt of its listing no longer holds.
        """
        values = dict(changes)
        enabled = values.pop("enabled", None)
        async with self.database.begin() as session:
            store = SourceStore(session)
            source = await store.get(source_id, lock=True)
            principal.must_own(source.organization_id)
            self._check_changes(values)
            url, kind, config = (
                values.get(name, getattr(source, name)) for name in ("url", "kind", "config")
            )
            if values.keys() & {"kind", "config"}:
                check_config(connector_of(kind, self.connectors), config)
            if "schedule" in values:
                values["next_run_at"] = self._next(values["schedule"], now, source_id)
            asked_otherwise = (url, kind, config) != (source.url, source.kind, source.config)
            if asked_otherwise:
                values["identity"] = identity_of(source.organization_id, url, config)
            if values:
                async with _unlike_any(session, source.organization_id, url, config):
                    await store.update(source_id, **values)
            if asked_otherwise:
                await _read_afresh(session, source_id)
            if enabled is not None:
                await store.move(source_id, SourceEvent.ENABLE if enabled else SourceEvent.DISABLE)
            return await store.get(source_id)

    async def remove(self, source_id: UUID, principal: Principal) -> None:
        """Hide the source and stop its schedule; its datasets and runs are kept."""
        async with self.database.begin() as session:
            store = SourceStore(session)
            source = await store.get(source_id, lock=True)
            principal.must_own(source.organization_id)
            await store.move(source_id, SourceEvent.REMOVE)

    def _check_changes(self, values: dict[str, Any]) -> None:
        for name in ("name", "url", "kind", "config"):
            if name in values and values[name] is None:
                raise InvalidInputError(
                    f"« {name} » ne peut pas être vide : donnez une valeur, ou laissez « {name} » "
                    "de côté.",
                    message_en=f"`{name}` cannot be empty: give a value, or leave `{name}` out.",
                )
        if values.get("url"):
            check_address(values["url"])
        for name in ("schedule", "full_schedule"):
            if values.get(name) is not None:
                check_schedule(values[name])

    def _next(self, schedule: str | None, now: datetime, source_id: UUID) -> datetime | None:
        if schedule is None:
            return None
        return next_moment(schedule, now, source_id=source_id, jitter_seconds=self.jitter_seconds)

    async def _connector(self, new: NewSource, now: datetime) -> Connector:
        if new.kind is not None:
            return connector_of(new.kind, self.connectors)
        return await detect(Site(new.url, now, new.config), self.getter, self.connectors)

    async def _check_member(self, session: AsyncSession, organization_id: UUID) -> None:
        if await AccessStore(session).organization(organization_id) is None:
            raise InvalidInputError(
                f"Aucune organisation ne porte l'identifiant {organization_id} : « socle members "
                "list » montre les membres.",
                message_en=f"No organisation has the id {organization_id}: `socle members list` "
                "shows the members.",
            )


async def _read_afresh(session: AsyncSession, source_id: UUID) -> None:
    """A listing under way is given up: what it leads to was asked for otherwise."""
    runs = RunStore(session)
    active = await runs.active(source_id)
    if active is not None:
        run = await runs.get(active, lock=True)
        if run.state is RunState.LISTING:
            await fail_run(session, run.id, _ASKED_OTHERWISE)
    await ListingStore(session).reset(source_id)


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/')}"[:200]


async def _refuse_twin(
    session: AsyncSession, organization_id: UUID, url: str, config: dict[str, Any]
) -> None:
    twin = await SourceStore(session).find_same(organization_id, url, config)
    if twin is not None:
        raise ConflictError(
            "Cette organisation a déjà une source à cette adresse, avec la même configuration : "
            f"changez celle-là ({twin}), ou donnez d'autres options à celle-ci.",
            message_en="This organisation already has a source with this address and "
            f"configuration: change that one ({twin}), or give this one other options.",
            source_id=str(twin),
        )


@asynccontextmanager
async def _unlike_any(
    session: AsyncSession, organization_id: UUID, url: str, config: dict[str, Any]
) -> AsyncIterator[None]:
    """What is written within makes no second source that asks the same: the database refuses it,
    and `ConflictError` names the first.
    """
    try:
        async with session.begin_nested():
            yield
    except IntegrityError:
        await _refuse_twin(session, organization_id, url, config)
        raise
