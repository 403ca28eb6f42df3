"""Items of runs inside the caller's transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.models.runs import RunCounts, count_items
from services.harvester.models.states import ITEM_TRANSITIONS, Change, ItemEvent, ItemState
from services.harvester.storage.tables import run_items


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


_FIELDS = tuple(Item.__dataclass_fields__)


class ItemStore:
    """Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, items: Sequence[Item]) -> None:
        """Insert items of keys that the run does not have yet (see `known`)."""
        if items:
            await self._session.execute(
                insert(run_items),
                [{name: getattr(item, name) for name in _FIELDS} for item in items],
            )

    async def known(self, run_id: UUID, keys: Collection[str]) -> set[str]:
        """Those of `keys` that the run has met already."""
        rows = await self._session.scalars(
            select(run_items.c.key).where(run_items.c.run_id == run_id, run_items.c.key.in_(keys))
        )
        return set(rows)

    async def move(
        self, run_id: UUID, key: str, event: ItemEvent, reason: str | None = None
    ) -> bool:
        """Apply an event of the transition table; false when its state does not allow it."""
        transition = ITEM_TRANSITIONS[event]
        moved = await self._session.execute(
            update(run_items)
            .where(
                run_items.c.run_id == run_id,
                run_items.c.key == key,
                run_items.c.state.in_([state.value for state in transition.sources]),
            )
            .values(state=transition.target.value, reason=reason, updated_at=func.now())
            .returning(run_items.c.key)
        )
        return moved.first() is not None

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


def _wanted(word: str) -> ColumnElement[bool]:
    if word in set(Change):
        living = [ItemState.PENDING.value, ItemState.DONE.value]
        return and_(run_items.c.change == word, run_items.c.state.in_(living))
    return run_items.c.state == word


def _item(row: Any) -> Item:
    change = row["change"]
    return Item(
        **{**row, "state": ItemState(row["state"]), "change": Change(change) if change else None}
    )
