"""Make the stored members and sources those of a configuration file; repeatable.

What the file does not name is left as it is: an operator may add sources by hand. Of what it
names, it decides: a setting that was changed otherwise is as the file says at the next start.
"""

from collections.abc import Mapping

from pydantic_core import PydanticCustomError

from shared.access.models import Organization, OrganizationKind, Role
from shared.access.store import organization_id
from shared.clients.catalogue import CatalogueClient
from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import NewSource
from shared.db import Database
from socle.bootstrap import save_members
from socle.config import ConfigError, MemberConfig, PlannedSource, PlatformConfig, web_address
from socle.file_sources import apply_sources
from socle.stack import Stack


def redirections(text: str) -> dict[str, str]:
    """SOCLE_REDIRECT: `start=replacement` pairs of addresses, separated by spaces.

    Raises `ConfigError`.
    """
    pairs = {}
    for pair in text.split():
        start, _, replacement = pair.partition("=")
        try:
            pairs[web_address(start)] = web_address(replacement)
        except PydanticCustomError as error:
            raise ConfigError(
                f"SOCLE_REDIRECT : {error.message()} ; la forme est « https://portail.fr/="
                "https://miroir.fr/ », les paires sont séparées par des espaces."
            ) from error
    return pairs


async def apply_config(
    config: PlatformConfig, *, stack: Stack, redirect: Mapping[str, str] | None = None
) -> str:
    """Save the syndicate, its members and their sources; a sentence of what there is now.

    A source that was never harvested is harvested at once.

    `redirect` is what `redirections` read.
    """
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
    async with CatalogueClient(stack.url, key=stack.service_key) as catalogue:
        for member in config.members:
            if member.declared:
                owner = organization_id(siren=member.siren, name=member.name)
                await catalogue.declare(owner, member.declared)
    wanted = [_source(planned) for planned in config.planned_sources(redirect=redirect)]
    async with HarvesterClient(stack.url, key=stack.service_key) as harvester:
        sources, changed = await apply_sources(wanted, harvester)
        unread = [source for source in sources if source.last_run is None]
        for source in unread:
            # Nobody should look at an empty portal until the night.
            await harvester.start_run(source.id)
    said = f"{len(members)} membres, {len(sources)} sources."
    if changed:
        said += f" Réglages de {changed} d'entre elles changés d'après le fichier."
    if unread:
        said += f" Premier moissonnage commencé pour {len(unread)} d'entre elles."
    return said


def settings_of(config: PlatformConfig) -> dict[str, str]:
    """The settings of the services that the file decides, by variable."""
    settings = {
        "CATALOGUE_PORTAL_TITLE": config.portal.title,
        "CATALOGUE_PORTAL_OWNER": config.syndicate.name,
        "HARVESTER_SCHEDULE_JITTER_SECONDS": str(config.harvest.jitter_minutes * 60),
    }
    if config.portal.public_url:
        for service in ("CATALOGUE", "VALIDATOR", "HARVESTER"):
            settings[f"{service}_PUBLIC_URL"] = config.portal.public_url
    if config.portal.contact_email:
        for service in ("CATALOGUE", "VALIDATOR", "HARVESTER"):
            settings[f"{service}_CONTACT"] = str(config.portal.contact_email)
    return settings


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


def _source(planned: PlannedSource) -> NewSource:
    member = planned.member
    return NewSource(
        organization_id=organization_id(siren=member.siren, name=member.name),
        url=planned.url,
        kind=planned.kind,
        name=planned.name,
        fictitious=planned.fictitious,
        config=dict(planned.config),
        schedule=planned.schedule,
    )
