"""What routes are given: collaborators built on the resources of the process."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.harvester.operations.manage_sources import ManageSources
from services.harvester.resources import Resources
from services.harvester.settings import HarvesterSettings
from shared.access.models import Principal, Scope
from shared.errors import InvalidInputError
from shared.http.auth import require
from shared.http.paging import decode_cursor

Harvester = Annotated[Principal, Depends(require(Scope.HARVEST))]
"""A caller whose key may manage sources."""


async def resources(request: Request) -> Resources:
    """The resources of the process."""
    opened: Resources = request.app.state.resources
    return opened


Opened = Annotated[Resources, Depends(resources)]


async def manage_sources(request: Request, opened: Opened) -> ManageSources:
    """The use case behind every change of a source."""
    settings: HarvesterSettings = request.app.state.settings
    return ManageSources(
        database=opened.database,
        getter=opened.fetcher,
        connectors=opened.connectors,
        jitter_seconds=settings.schedule_jitter_seconds,
    )


Manage = Annotated[ManageSources, Depends(manage_sources)]


async def now() -> datetime:
    """The clock of the API."""
    return datetime.now(UTC)


Now = Annotated[datetime, Depends(now)]


def dated_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The place of a cursor in a list from the newest. Raises `InvalidInputError`."""
    if cursor is None:
        return None
    moment, identifier = decode_cursor(cursor, length=2)
    try:
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(identifier)
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise InvalidInputError("Le paramètre « cursor » n'est pas valable.") from error


def named_cursor(cursor: str | None) -> tuple[str, UUID] | None:
    """The place of a cursor in a list by name. Raises `InvalidInputError`."""
    if cursor is None:
        return None
    name, identifier = decode_cursor(cursor, length=2)
    try:
        return str(name), UUID(identifier)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidInputError("Le paramètre « cursor » n'est pas valable.") from error
