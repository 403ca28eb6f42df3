"""The states of a job and the only moves between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class JobState(StrEnum):
    """Where a job stands. `dead` waits for a human: relaunch it or leave it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class JobEvent(StrEnum):
    """What may happen to a job."""

    CLAIM = "claim"  # a worker takes it, under a lease
    COMPLETE = "complete"  # its effects and its end are committed together
    RETRY = "retry"  # it failed, or its worker fell silent: again, later
    GIVE_BACK = "give_back"  # its worker stops in good order: again, the attempt not counted
    BURY = "bury"  # it failed for good
    CANCEL = "cancel"
    RELAUNCH = "relaunch"


@dataclass(frozen=True)
class Transition:
    """An event is possible from `sources` only, and leads to `target`."""

    sources: frozenset[JobState]
    target: JobState


def _transition(*sources: JobState, to: JobState) -> Transition:
    return Transition(frozenset(sources), to)


TRANSITIONS: Mapping[JobEvent, Transition] = MappingProxyType(
    {
        JobEvent.CLAIM: _transition(JobState.QUEUED, to=JobState.RUNNING),
        JobEvent.COMPLETE: _transition(JobState.RUNNING, to=JobState.DONE),
        JobEvent.RETRY: _transition(JobState.RUNNING, to=JobState.QUEUED),
        JobEvent.GIVE_BACK: _transition(JobState.RUNNING, to=JobState.QUEUED),
        JobEvent.BURY: _transition(JobState.RUNNING, to=JobState.DEAD),
        JobEvent.CANCEL: _transition(JobState.QUEUED, JobState.RUNNING, to=JobState.CANCELLED),
        JobEvent.RELAUNCH: _transition(JobState.DEAD, JobState.CANCELLED, to=JobState.QUEUED),
    }
)
