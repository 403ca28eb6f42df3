"""One harvest of a source, and its account."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.harvester.models.states import Change, ItemState, RunState


@dataclass(frozen=True)
class Run:
    """`cursor` resumes the listing; `complete` turns false when something of it was lost.

    `identities_known` turns false when an entry without an id was met: nothing may then be
    counted as missing.
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


@dataclass(frozen=True)
class RunCounts:
    """The account of a run: `found = new + changed + unchanged + failed + skipped`.

    `found` counts entries of the listing, each once. `failed` ones are not counted again
    under what they would have been. `missing` are datasets known before and not listed;
    `pending` those of `found` whose job has not ended.
    """

    found: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    skipped: int = 0
    missing: int = 0
    pending: int = 0


def count_items(groups: list[tuple[str | None, str, int]]) -> RunCounts:
    """The account, from how many items have each change and state."""

    def total(change: Change | None = None, *states: ItemState) -> int:
        return sum(
            count
            for item_change, state, count in groups
            if state in states and (change is None or item_change == change)
        )

    living = (ItemState.PENDING, ItemState.DONE)
    return RunCounts(
        found=total(None, *living, ItemState.FAILED, ItemState.SKIPPED),
        new=total(Change.NEW, *living),
        changed=total(Change.CHANGED, *living),
        unchanged=total(Change.UNCHANGED, *living),
        failed=total(None, ItemState.FAILED),
        skipped=total(None, ItemState.SKIPPED),
        missing=total(None, ItemState.MISSING),
        pending=total(None, ItemState.PENDING),
    )
