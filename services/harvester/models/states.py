"""The states of a source, a run and an item, and the only moves between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)


@dataclass(frozen=True)
class Transition(Generic[State]):
    """An event is possible from `sources` only, and leads to `target`."""

    sources: frozenset[State]
    target: State


class SourceState(StrEnum):
    """`removed` is hidden and kept: its datasets and runs stay."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REMOVED = "removed"


class SourceEvent(StrEnum):
    """What an operator does to a source."""

    ENABLE = "enable"
    DISABLE = "disable"
    REMOVE = "remove"


SOURCE_TRANSITIONS: Mapping[SourceEvent, Transition[SourceState]] = MappingProxyType(
    {
        SourceEvent.ENABLE: Transition(
            frozenset({SourceState.DISABLED, SourceState.ENABLED}), SourceState.ENABLED
        ),
        SourceEvent.DISABLE: Transition(
            frozenset({SourceState.ENABLED, SourceState.DISABLED}), SourceState.DISABLED
        ),
        SourceEvent.REMOVE: Transition(
            frozenset({SourceState.ENABLED, SourceState.DISABLED}), SourceState.REMOVED
        ),
    }
)


class RunState(StrEnum):
    """`partial`: something of the listing was lost, or an item failed. `suspended`: the budget
    of the run was spent, the next run goes on. `asking`: so many datasets would be archived
    that an operator has to confirm it.
    """

    QUEUED = "queued"
    LISTING = "listing"
    PROCESSING = "processing"
    DONE = "done"
    PARTIAL = "partial"
    FAILED = "failed"
    SUSPENDED = "suspended"
    ASKING = "asking"


ACTIVE_RUN_STATES = frozenset({RunState.QUEUED, RunState.LISTING, RunState.PROCESSING})
"""A source has at most one run in these."""


class RunEvent(StrEnum):
    """What happens to a run."""

    START = "start"  # a worker begins, or begins again after a crash, to list the portal
    LISTED = "listed"  # the portal has been listed, as far as it could be
    FINISH = "finish"  # every item has ended, and nothing was lost
    FINISH_PARTIAL = "finish_partial"  # every item has ended, and something was lost
    FAIL = "fail"  # the portal could not be listed at all
    SUSPEND = "suspend"  # what the budget allowed has ended
    ASK = "ask"  # every item has ended, and too many datasets would be archived
    SETTLE = "settle"  # the operator decided, or a later run made the question void
    SETTLE_PARTIAL = "settle_partial"  # the same, of a run of which an item failed


RUN_TRANSITIONS: Mapping[RunEvent, Transition[RunState]] = MappingProxyType(
    {
        RunEvent.START: Transition(
            frozenset({RunState.QUEUED, RunState.LISTING}), RunState.LISTING
        ),
        RunEvent.LISTED: Transition(frozenset({RunState.LISTING}), RunState.PROCESSING),
        RunEvent.FINISH: Transition(frozenset({RunState.PROCESSING}), RunState.DONE),
        RunEvent.FINISH_PARTIAL: Transition(frozenset({RunState.PROCESSING}), RunState.PARTIAL),
        RunEvent.FAIL: Transition(frozenset({RunState.QUEUED, RunState.LISTING}), RunState.FAILED),
        RunEvent.SUSPEND: Transition(frozenset({RunState.PROCESSING}), RunState.SUSPENDED),
        RunEvent.ASK: Transition(frozenset({RunState.PROCESSING}), RunState.ASKING),
        RunEvent.SETTLE: Transition(frozenset({RunState.ASKING}), RunState.DONE),
        RunEvent.SETTLE_PARTIAL: Transition(frozenset({RunState.ASKING}), RunState.PARTIAL),
    }
)


class ItemState(StrEnum):
    """One dataset in one run. Only `pending` is not an end."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    MISSING = "missing"
    DEFERRED = "deferred"


class ItemEvent(StrEnum):
    """What happens to an item."""

    HARVESTED = "harvested"  # its files were looked at and the catalogue has it
    GIVEN_UP = "given_up"  # it failed alone, or its job used up its attempts
    DEFER = "defer"  # the budget of the run is spent: the next run takes it up


ITEM_TRANSITIONS: Mapping[ItemEvent, Transition[ItemState]] = MappingProxyType(
    {
        # A failed item may still succeed: an operator relaunches its dead job.
        ItemEvent.HARVESTED: Transition(
            frozenset({ItemState.PENDING, ItemState.FAILED}), ItemState.DONE
        ),
        ItemEvent.GIVEN_UP: Transition(
            frozenset({ItemState.PENDING, ItemState.FAILED}), ItemState.FAILED
        ),
        ItemEvent.DEFER: Transition(frozenset({ItemState.PENDING}), ItemState.DEFERRED),
    }
)


class Change(StrEnum):
    """How a listed dataset compares with what the catalogue was given."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
