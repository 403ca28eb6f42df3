"""A portal as a command line names it."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from shared.access.models import Organization
from shared.contracts.harvest import NewSource
from shared.errors import InvalidInputError
from socle.config import web_address


def asked_source(
    owner: Organization, url: str, *, kind: str | None, organization: str | None, **more: Any
) -> NewSource:
    """The source that a command asks for; `organization` is the publisher's on the portal.

    Raises `InvalidInputError`.
    """
    try:
        return NewSource(
            organization_id=owner.id,
            url=web_address(url),
            kind=kind,
            config={"organization": organization} if organization else {},
            **more,
        )
    except PydanticCustomError as error:
        raise InvalidInputError(f"{error.message()}.") from error
    except ValidationError as error:
        given = ", ".join(str(fault["input"])[:100] for fault in error.errors())
        raise InvalidInputError(f"Valeur refusée pour cette source : {given}.") from error
