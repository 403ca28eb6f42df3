"""What happened in the catalogue: one entry for each change, never two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5


class EventKind(StrEnum):
    """What an event tells. `before` and `after` are verdicts, for the last kind only."""

    DATASET_NEW = "dataset-new"
    DATASET_REMOVED = "dataset-removed"
    DATASET_RETURNED = "dataset-returned"
    VERDICT_CHANGED = "verdict-changed"


@dataclass(frozen=True)
class Event:
    """`number` grows with time. `before` is None for the first verdict of a file."""

    number: int
    at: datetime
    kind: EventKind
    dataset_id: UUID
    dataset_title: str
    resource_id: UUID | None
    resource_title: str | None
    organization_id: UUID
    territory_code: str | None
    schemas: Sequence[str]
    before: str | None
    after: str | None
    fictitious: bool
    organization_name: str = ""

    @property
    def id(self) -> UUID:
        """The event's name for good, in any installation."""
        return uuid5(self.dataset_id, str(self.number))


@dataclass(frozen=True)
class EventFilter:
    """All that is given must hold; a territory stands for all that is below it."""

    territory: str | None = None
    schema: str | None = None
    organization: UUID | None = None
    dataset: UUID | None = None
    datasets: tuple[UUID, ...] | None = None
    kinds: tuple[EventKind, ...] = ()
