"""A source: one portal (or one organisation of it), harvested for one member."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.harvester.models.states import SourceState


@dataclass(frozen=True)
class Source:
    """`config` belongs to the kind; `schedule` is a cron expression in Paris time, or none;
    `full_schedule` says when everything is read afresh, none: as the platform does.
    """

    id: UUID
    organization_id: UUID
    name: str
    url: str
    kind: str
    state: SourceState
    config: dict[str, Any] = field(default_factory=dict)
    schedule: str | None = None
    full_schedule: str | None = None
    fictitious: bool = False
    next_run_at: datetime | None = None
    last_run_id: UUID | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


def identity_of(organization_id: UUID, url: str, config: dict[str, Any]) -> str:
    """What makes two sources the same one: one portal, asked the same way, for one member."""
    text = json.dumps([str(organization_id), url, config], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
