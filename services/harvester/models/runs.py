"""One harvest of a source, and its account."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.harvester.models.states import Change, ItemState, RunState

Decision = Literal["confirmed", "refused", "void"]
Mode = Literal["full", "changes"]
"""`full`: everything is read afresh. `changes`: what the portal says is unchanged is believed."""

WARNINGS_LIMIT = 100
"""Kept of a run, and of each of its items."""


@dataclass(frozen=True)
class Run:
    """`cursor` resumes the listing; `complete` turns false when something of it was lost.

    `identities_known` turns false when an entry without an id was met: nothing may then be
    counted as missing. A sweep is one pass over the whole portal, in one run or several:
    `sweep_started_at` is when it began. `since`: only what changed after it was asked for;
    `newest` is the last date of change that the portal gave.
    `stopped` says in French why the run ended early; `condemned` counts the datasets that
    wait for the operator's `decision` (confirmed, refused, void).
    """

    id: UUID
    source_id: UUID
    organization_id: UUID
    state: RunState
    trigger: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cursor: str | None = None
    listing_ended: bool = False
    complete: bool = True
    identities_known: bool = True
    pages: int = 0
    repeated: int = 0
    declared_total: int | None = None
    error: str | None = None
    warnings: list[str] = field(default_factory=list)
    mode: Mode = "changes"
    sweep_started_at: datetime | None = None
    since: datetime | None = None
    newest: datetime | None = None
    requests: int = 0
    bytes: int = 0
    stopped: str | None = None
    condemned: int = 0
    decision: Decision | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None

    @property
    def lists_on(self) -> bool:
        """Whether more pages are to be read: neither the list nor the budget has ended, and
        nobody has given the listing up.
        """
        listing = self.state is RunState.LISTING
        return listing and not self.listing_ended and self.stopped is None


@dataclass(frozen=True)
class RunCounts:
    """The account of a run: `found = new + changed + unchanged + failed + skipped`.

    `found` counts entries of the listing, each once. `failed` ones are not counted again
    under what they would have been. `missing` are datasets known before and not listed;
    `pending` those of `found` whose job has not ended, `deferred` those that the budget left
    to the next run.
    """

    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: int = 0
    missing: int = 0
    pending: int = 0
    deferred: int = 0


def count_items(groups: list[tuple[str | None, str, int]]) -> RunCounts:
    """The account, from how many items have each change and state."""

    def total(change: Change | None = None, *states: ItemState) -> int:
        return sum(
            count
            for item_change, state, count in groups
            if state in states and (change is None or item_change == change)
        )

    living = (ItemState.PENDING, ItemState.DONE, ItemState.DEFERRED)
    return RunCounts(
        found=total(None, *living, ItemState.FAILED, ItemState.SKIPPED),
        new=total(Change.NEW, *living),
        changed=total(Change.CHANGED, *living),
        unchanged=total(Change.UNCHANGED, *living),
        failed=total(None, ItemState.FAILED),
        skipped=total(None, ItemState.SKIPPED),
        missing=total(None, ItemState.MISSING),
        pending=total(None, ItemState.PENDING),
        deferred=total(None, ItemState.DEFERRED),
    )
