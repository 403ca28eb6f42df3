"""Items of runs inside the caller's transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Update,
    and_,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import Run, RunCounts, count_items
from services.harvester.models.states import ITEM_TRANSITIONS, Change, ItemEvent, ItemState
from services.harvester.storage.datasets import LISTED
from services.harvester.storage.tables import run_items
from shared.given import Given


@dataclass(frozen=True)
class Item:
    """One entry of a run. `key` is the remote id, or a made one where there is none."""

    run_id: UUID
    key: str
    organization_id: UUID
    state: ItemState
    dataset_id: UUID | None = None
    remote_id: str | None = None
    title: str | None = None
    change: Change | None = None
    reason: str | None = None
    warnings: list[str] = field(default_factory=list)
    lane: int = 0


_FIELDS = tuple(Item.__dataclass_fields__)


NO_LANE = -1

_ITEMS = Given(run_items, _FIELDS)
_ADD = _ITEMS.insertion("do nothing")

_PUT_OFF = Given(run_items, ("key", "put_off_until"))
_LEAVE_OUT = text(
    "update harvester.run_items i set put_off_until = given.put_off_until "  # noqa: S608 - ours
    f"from ({_PUT_OFF.query}) as given where i.run_id = :run and i.key = given.key"
)

# One look into the index for each key: given a list of them, PostgreSQL reads all that the run
# has so far, while it has not counted how much that is.
_KNOWN = text("""
select given.key from unnest(cast(:keys as text[])) as given (key)
where (select true from harvester.run_items i where i.run_id = :run and i.key = given.key)
""")

# Files are looked for dataset by dataset (limit): else PostgreSQL may read those of all.
_ADD_AGAIN = """
insert into harvester.run_items
  (run_id, key, organization_id, dataset_id, remote_id, title, change, state, lane)
select cast(:run as uuid), d.remote_id, cast(:organization as uuid), d.id, d.remote_id,
  d.record->>'title', c.change,
  case when c.change = 'unchanged' and (
    select true from harvester.resources r
    where r.dataset_id = d.id and r.removed_at is null
      and coalesce(r.next_check_at, :now) <= :now
    limit 1
  ) is null then 'done' else 'pending' end,
  cast(:lane as smallint)
from {listed}
cross join lateral (select case
  when d.delivered_hash is null then 'new'
  when d.delivered_hash <> d.record_hash or d.archived_at is not null then 'changed'
  else 'unchanged' end as change) c
where {owed}
on conflict (run_id, key) do nothing
returning state
"""
_ADD_LISTED = text(_ADD_AGAIN.format(listed=LISTED, owed="true"))
_ADD_OWED = text(
    _ADD_AGAIN.format(
        listed="harvester.datasets d",
        owed="d.source_id = cast(:source as uuid) "
        "and d.delivered_hash is distinct from d.record_hash "
        "and d.missing_since is null and d.archived_at is null",
    )
)
_ADD_MISSING = """
insert into harvester.run_items
  (run_id, key, organization_id, dataset_id, remote_id, title, state, reason)
select cast(:run as uuid), left('∅ ' || d.remote_id, 600), cast(:organization as uuid), d.id,
  d.remote_id, d.record->>'title', 'missing', format(:reason, d.missing_runs)
from harvester.datasets d
where d.source_id = cast(:source as uuid) and d.last_seen_at < :since and d.archived_at is null
on conflict (run_id, key) do nothing
"""


class ItemStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, items: Sequence[Item]) -> None:
        """Insert items of keys that the run does not have yet (see `known`)."""
        if items:
            await _ITEMS.write(self._session, _ADD, [vars(item) for item in items])

    async def known(self, run_id: UUID, keys: Collection[str]) -> set[str]:
        """Those of `keys` that the run has met already."""
        if not keys:
            return set()
        rows = await self._session.scalars(_KNOWN, {"run": run_id, "keys": list(keys)})
        return set(rows)

    async def move(
        self, run_id: UUID, keys: Collection[str], event: ItemEvent, reason: str | None = None
    ) -> None:
        """Apply an event of the transition table to those whose state allows it."""
        if keys:
            await self._session.execute(
                _moved(run_id, event, reason).where(run_items.c.key.in_(keys))
            )

    async def give_up(self, run_id: UUID, key: str, reason: str) -> None:
        """The item failed alone: out of its lane, which may be relaunched without it."""
        await self._session.execute(
            _moved(run_id, ItemEvent.GIVEN_UP, reason)
            .where(run_items.c.key == key)
            .values(lane=NO_LANE)
        )

    async def move_lane(
        self, run_id: UUID, lane: int, event: ItemEvent, reason: str | None = None
    ) -> None:
        """The same for all that wait in a lane."""
        await self._session.execute(
            _moved(run_id, event, reason).where(
                run_items.c.lane == lane, run_items.c.state == ItemState.PENDING.value
            )
        )

    async def batch(
        self, run_id: UUID, lane: int, state: ItemState, *, now: datetime, limit: int
    ) -> Sequence[tuple[str, UUID]]:
        """Keys and datasets of the next items of a lane that are not put off, by key."""
        rows = await self._session.execute(
            select(run_items.c.key, run_items.c.dataset_id)
            .where(_waiting(run_id, lane, state), _ready(now), run_items.c.dataset_id.is_not(None))
            .order_by(run_items.c.key)
            .limit(limit)
        )
        return [(row.key, row.dataset_id) for row in rows]

    async def put_off(self, run_id: UUID, until: Mapping[str, datetime]) -> None:
        """Leave the items of these keys out of the batches until then."""
        if not until:
            return
        rows = [{"key": key, "put_off_until": moment} for key, moment in until.items()]
        await _PUT_OFF.write(self._session, _LEAVE_OUT, rows, run=run_id)

    async def take_up(self) -> None:
        """Of every run, let the items that are put off be taken at once."""
        await self._session.execute(
            update(run_items)
            .where(
                run_items.c.state == literal_column(f"'{ItemState.PENDING.value}'"),
                run_items.c.put_off_until.is_not(None),
            )
            .values(put_off_until=None)
        )

    async def next_due(
        self, run_id: UUID, lane: int, state: ItemState, *, now: datetime
    ) -> datetime | None:
        """When an item of the lane may be taken: `now` unless all are put off; None without any."""
        waiting = _waiting(run_id, lane, state)
        ready = select(run_items.c.key).where(waiting, _ready(now)).limit(1)
        if await self._session.scalar(ready) is not None:
            return now
        first: datetime | None = await self._session.scalar(
            select(func.min(run_items.c.put_off_until)).where(waiting)
        )
        return first

    async def add_again(
        self,
        run: Run,
        remote_ids: Collection[str] | None,
        *,
        now: datetime,
        lane: int,
    ) -> bool:
        """Items for datasets that are listed as before, without reading their records; those
        with a file that is due, or that the catalogue was not given, wait in `lane`. Whether
        there are such.

        `remote_ids` None: all that the catalogue still has to be given.
        """
        rows = await self._session.execute(
            _ADD_OWED if remote_ids is None else _ADD_LISTED,
            {
                "run": run.id,
                "source": run.source_id,
                "organization": run.organization_id,
                "now": now,
                "lane": lane,
                **({} if remote_ids is None else {"remote_ids": list(remote_ids)}),
            },
        )
        return any(row.state == ItemState.PENDING for row in rows)

    async def add_missing(self, run: Run, *, since: datetime, reason: str) -> int:
        """Items for the living that the sweep which began at `since` did not show."""
        rows = await self._session.execute(
            text(_ADD_MISSING),
            {
                "run": run.id,
                "source": run.source_id,
                "organization": run.organization_id,
                "since": since,
                "reason": reason,
            },
        )
        return int(getattr(rows, "rowcount", 0))

    async def counts(self, run_ids: Sequence[UUID]) -> dict[UUID, RunCounts]:
        """The account of each run."""
        groups: dict[UUID, list[tuple[str | None, str, int]]] = {run_id: [] for run_id in run_ids}
        rows = await self._session.execute(
            select(run_items.c.run_id, run_items.c.change, run_items.c.state, func.count())
            .where(run_items.c.run_id.in_(run_ids))
            .group_by(run_items.c.run_id, run_items.c.change, run_items.c.state)
        )
        for run_id, change, state, count in rows:
            groups[run_id].append((change, state, count))
        return {run_id: count_items(found) for run_id, found in groups.items()}

    async def page(
        self, run_id: UUID, *, wanted: str | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[Item]:
        """By key. `wanted` is a state, or one of the words of the account (new, changed …)."""
        statement = (
            select(*(run_items.c[name] for name in _FIELDS))
            .where(run_items.c.run_id == run_id)
            .order_by(run_items.c.key)
            .limit(limit)
        )
        if wanted is not None:
            statement = statement.where(_wanted(wanted))
        if after is not None:
            statement = statement.where(run_items.c.key > after)
        return [_item(row._mapping) for row in await self._session.execute(statement)]  # noqa: SLF001 - its public name


def _moved(run_id: UUID, event: ItemEvent, reason: str | None) -> Update:
    transition = ITEM_TRANSITIONS[event]
    return (
        update(run_items)
        .where(
            run_items.c.run_id == run_id,
            run_items.c.state.in_([state.value for state in transition.sources]),
        )
        .values(state=transition.target.value, reason=reason, updated_at=func.now())
    )


def _waiting(run_id: UUID, lane: int, state: ItemState) -> ColumnElement[bool]:
    return and_(
        run_items.c.run_id == run_id,
        run_items.c.lane == lane,
        # Literal, or the partial index goes unused.
        run_items.c.state == literal_column(f"'{state.value}'"),
    )


def _ready(now: datetime) -> ColumnElement[bool]:
    return func.coalesce(run_items.c.put_off_until, now) <= now


def _wanted(word: str) -> ColumnElement[bool]:
    if word in set(Change):
        living = [ItemState.PENDING.value, ItemState.DONE.value, ItemState.DEFERRED.value]
        return and_(run_items.c.change == word, run_items.c.state.in_(living))
    return run_items.c.state == word


def _item(row: Any) -> Item:
    change = row["change"]
    return Item(
        **{**row, "state": ItemState(row["state"]), "change": Change(change) if change else None}
    )
