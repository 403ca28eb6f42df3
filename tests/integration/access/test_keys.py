"""Organisations and API keys, on a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from alembic.util import CommandError
from sqlalchemy import text

from shared.access.models import Organization, OrganizationKind, Role, Scope
from shared.access.store import AccessStore, hash_secret, organization_id
from shared.db import Database
from shared.migrations import alembic_config, upgrade

PACKAGE = "shared.access.migrations"
CRETEIL = Organization(
    id=organization_id(siren="219400280", name="Créteil"),
    name="Créteil",
    kind=OrganizationKind.COMMUNE,
    siren="219400280",
    insee_code="94028",
    roles=(Role.EXPERIMENTER,),
)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(upgrade, database_url, PACKAGE)
    database = Database(database_url)
    async with database.begin() as session:
        await session.execute(text("truncate access.api_keys, access.organizations cascade"))
    yield database
    await database.close()


def test_migrations_go_up_match_the_tables_and_come_down(database_url: str) -> None:
    config = alembic_config(database_url, PACKAGE)

    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    with pytest.raises(CommandError):
        command.check(config)
    command.upgrade(config, "head")


async def test_secret_is_shown_once_and_only_its_digest_is_stored(database: Database) -> None:
    async with database.begin() as session:
        key, secret = await AccessStore(session).create_key(label="essai", scopes=[Scope.HARVEST])
    async with database.begin() as session:
        stored = (await session.execute(text("select * from access.api_keys"))).mappings().one()

    assert secret.startswith(key.prefix)
    assert stored["secret_sha256"] == hash_secret(secret)
    assert secret not in {str(value) for value in stored.values()}


async def test_a_good_key_stands_for_its_organisation_and_scopes(database: Database) -> None:
    async with database.begin() as session:
        store = AccessStore(session)
        await store.save_organization(CRETEIL)
        _, secret = await store.create_key(
            label="Créteil", scopes=[Scope.HARVEST], organization_id=CRETEIL.id
        )
        principal = await store.authenticate(secret)

    assert principal is not None
    assert principal.organization_id == CRETEIL.id
    assert principal.may(Scope.HARVEST)
    assert not principal.may(Scope.CATALOGUE)
    assert not principal.owns(organization_id(siren=None, name="Nogent"))


@pytest.mark.parametrize("fate", ["unknown", "revoked", "expired"])
async def test_a_key_that_is_not_good_stands_for_nobody(database: Database, fate: str) -> None:
    expires_at = datetime.now(UTC) - timedelta(seconds=1) if fate == "expired" else None
    async with database.begin() as session:
        store = AccessStore(session)
        key, secret = await store.create_key(label="x", scopes=[Scope.ADMIN], expires_at=expires_at)
        if fate == "revoked":
            assert await store.revoke_key(key.prefix)
        principal = await store.authenticate("socle_inconnu" if fate == "unknown" else secret)

    assert principal is None


async def test_saving_an_organisation_twice_keeps_one(database: Database) -> None:
    async with database.begin() as session:
        store = AccessStore(session)
        await store.save_organization(CRETEIL)
        await store.save_organization(CRETEIL)
        found = [await store.find_organization(text) for text in ("219400280", "94028", "créteil")]
        everyone = await store.organizations()

    assert everyone == [CRETEIL]
    assert found == [CRETEIL] * 3


async def test_organisations_are_listed_as_an_index_has_them(database: Database) -> None:
    names = ["Commune de Zuydcoote", "Commune d'Évry", "Ville de Boissy"]
    async with database.begin() as session:
        store = AccessStore(session)
        for name in names:
            id_ = organization_id(siren=None, name=name)
            await store.save_organization(Organization(id_, name, OrganizationKind.COMMUNE))
        listed = [one.name for one in await store.organizations()]

    assert listed == ["Ville de Boissy", "Commune d'Évry", "Commune de Zuydcoote"]
