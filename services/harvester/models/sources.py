"""A source: one portal (or one organisation of it), harvested for one member."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from services.harvester.models.states import SourceState
from shared.errors import InvalidInputError


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


def check_address(url: str) -> None:
    """Raise `InvalidInputError` for what is no http(s) address; the fetcher guards the rest."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        fine = False
    if not fine or parts.username or parts.password:
        raise InvalidInputError(
            f"« {url} » n'est pas l'adresse d'un portail : une adresse http:// ou https://, sans "
            "identifiant ni mot de passe, est attendue.",
            message_en=f"{url!r} is not an http(s) address without credentials.",
        )


def identity_of(organization_id: UUID, url: str, config: dict[str, Any]) -> str:
    """What makes two sources the same one: one portal, asked the same way, for one member."""
    text = json.dumps([str(organization_id), url, config], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
