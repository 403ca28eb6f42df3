"""What a platform needs once its database is there: histories, territories, keys, members.

Every step may be repeated; nothing that an operator changed is put back.
"""

from services.catalogue.operations.guides import load_guides
from services.catalogue.operations.load_contours import load_contours
from services.catalogue.operations.load_territories import load_territories
from services.catalogue.operations.read_series import bring_statistics_up_to_date
from shared.access.models import Organization, Scope
from shared.access.store import AccessStore
from shared.db import Database
from shared.migrations import upgrade
from socle.composition import MIGRATIONS

_SERVICE_SCOPES = (Scope.HARVEST, Scope.VALIDATE, Scope.CATALOGUE)


def migrate(database_url: str) -> None:
    """Bring every schema up to date. Synchronous; waits for another migration to end."""
    for package in MIGRATIONS:
        upgrade(database_url, package)


async def prepare(database: Database, *, service_key: str) -> str | None:
    """Load the territories and make the first keys.

    `service_key` becomes the key by which the services call one another. Returns the secret
    of the first administrator's key, the one time that it is made; None afterwards.
    """
    await load_territories(database)
    await load_guides(database)
    await load_contours(database)
    await bring_statistics_up_to_date(database)
    async with database.begin() as session:
        store = AccessStore(session)
        if await store.authenticate(service_key) is None:
            await store.create_key(
                label="services de la plateforme", scopes=_SERVICE_SCOPES, secret=service_key
            )
        if any(Scope.ADMIN in key.scopes for key in await store.keys()):
            return None
        _, secret = await store.create_key(label="administration", scopes=[Scope.ADMIN])
        return secret


async def save_members(database: Database, members: list[Organization]) -> None:
    """Insert or update the members, parents first."""
    async with database.begin() as session:
        store = AccessStore(session)
        for member in sorted(members, key=lambda member: member.parent_id is not None):
            await store.save_organization(member)
