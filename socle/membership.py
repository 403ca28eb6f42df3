"""Make the stored members and sources those of a configuration file; repeatable.

What the file does not name is left as it is: an operator may add sources by hand.
"""

from shared.access.models import Organization, OrganizationKind, Role
from shared.access.store import organization_id
from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import NewSource
from shared.db import Database
from socle.bootstrap import save_members
from socle.config import MemberConfig, PlatformConfig
from socle.stack import Stack


async def apply_config(config: PlatformConfig, *, stack: Stack) -> str:
    """Save the syndicate, its members and their sources; a sentence of what there is now."""
    syndicate = Organization(
        id=organization_id(siren=config.syndicate.siren, name=config.syndicate.name),
        name=config.syndicate.name,
        kind=OrganizationKind.SYNDICATE,
        siren=config.syndicate.siren,
    )
    members = [_member(member, syndicate) for member in config.members]
    database = Database(stack.database_url)
    try:
        await save_members(database, [syndicate, *members])
    finally:
        await database.close()
    planned = config.planned_sources()
    async with HarvesterClient(stack.url, key=stack.service_key) as harvester:
        for source in planned:
            settings = dict(source.config)
            await harvester.find_or_create_source(
                NewSource(
                    organization_id=organization_id(
                        siren=source.member.siren, name=source.member.name
                    ),
                    url=source.url,
                    kind=source.kind,
                    name=source.name,
                    fictitious=bool(settings.pop("fictitious", False)),
                    config=settings,
                    schedule=source.schedule,
                )
            )
    return f"{len(members)} membres, {len(planned)} sources."


def _member(member: MemberConfig, syndicate: Organization) -> Organization:
    return Organization(
        id=organization_id(siren=member.siren, name=member.name),
        name=member.name,
        kind=OrganizationKind(member.kind),
        siren=member.siren,
        insee_code=member.insee_code,
        population=member.population,
        roles=tuple(Role(role) for role in member.roles),
        parent_id=syndicate.id,
    )
