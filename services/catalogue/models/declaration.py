"""What the operator says of a member, because no file says it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Declaration:
    """`staff_fte` are agents in full-time equivalents, counted on `staff_on`;
    `committed_on` is the day of the deliberation (or letter) by which the member decided to
    open its data, `commitment_url` where it can be read.
    """

    organization_id: UUID
    staff_fte: int | None = None
    staff_on: date | None = None
    committed_on: date | None = None
    commitment_url: str | None = None
    contact_name: str | None = None
    contact_email: str | None = None


@dataclass(frozen=True)
class Initiative:
    """Something a member did for one of the six phases: a workshop, a map, a newsletter."""

    id: UUID
    organization_id: UUID
    phase: int
    title: str
    url: str | None
    on_day: date
