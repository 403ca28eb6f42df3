"""Note what the operator says of a member."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from services.catalogue.models.declaration import Initiative
from services.catalogue.operations.read_quality import find_organization
from services.catalogue.storage.declarations import DeclarationStore
from shared.access.models import Organization, Principal, Role
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import NotFoundError


async def declare(
    database: Database, key: str, changes: Mapping[str, Any], principal: Principal
) -> Organization:
    """Bring what is said of a member up to date; fields that are not given stay.

    Raises `NotFoundError`, and `ForbiddenError` for a key of another organisation.
    """
    owner = await find_organization(database, key)
    principal.must_own(owner.id)
    async with database.begin() as session:
        await DeclarationStore(session).save(owner.id, changes)
    return owner


async def give_roles(database: Database, key: str, roles: Sequence[Role]) -> Organization:
    """Make these the roles of a member. Raises `NotFoundError`."""
    owner = replace(await find_organization(database, key), roles=tuple(dict.fromkeys(roles)))
    async with database.begin() as session:
        await AccessStore(session).save_organization(owner)
    return owner


async def note_initiative(
    database: Database, key: str, facts: Mapping[str, Any], principal: Principal
) -> Initiative:
    """Add what a member did (`phase`, `title`, `url`, `on_day`); twice the same is once.

    Raises `NotFoundError`, `ForbiddenError`.
    """
    owner = await find_organization(database, key)
    principal.must_own(owner.id)
    mark = f"{facts['phase']}/{facts['title']}/{facts['on_day']}"
    noted = Initiative(id=uuid5(owner.id, mark), organization_id=owner.id, **facts)
    async with database.begin() as session:
        await DeclarationStore(session).save_initiative(noted)
    return noted


async def forget_initiative(database: Database, key: str, id_: UUID, principal: Principal) -> None:
    """Take back what was noted. Raises `NotFoundError`, `ForbiddenError`."""
    owner = await find_organization(database, key)
    principal.must_own(owner.id)
    async with database.begin() as session:
        if not await DeclarationStore(session).remove_initiative(owner.id, id_):
            raise NotFoundError(
                "Cette action n’est pas notée pour cette organisation.",
                message_en="No such initiative is noted for this organisation.",
            )
