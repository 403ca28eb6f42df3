"""Organisations and keys, for the commands that go to the database themselves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError

from shared.access.models import Organization
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import InvalidInputError, Transient
from socle.cli.connection import database_url


@asynccontextmanager
async def access(data_dir: Path | None) -> AsyncIterator[AccessStore]:
    """The store in one transaction. Raises `InvalidInputError` or `Transient` without a base."""
    url = database_url(data_dir)
    try:
        database = Database(url)
    except ArgumentError as error:
        raise InvalidInputError(
            "DATABASE_URL n'est pas l'adresse d'une base (postgresql://utilisateur@serveur/base)."
        ) from error
    try:
        async with database.begin() as session:
            yield AccessStore(session)
    except (OSError, InterfaceError, OperationalError) as error:
        raise Transient(
            "La base de données ne répond pas. Vérifiez que la plateforme tourne "
            "(« socle doctor »), ou l'adresse donnée par DATABASE_URL."
        ) from error
    finally:
        await database.close()


async def find_organization(data_dir: Path | None, text: str) -> Organization:
    """The organisation meant by a SIREN, an INSEE code, a name, or a part of one name only.

    Raises `InvalidInputError` when there is none, or when several names have that part.
    """
    async with access(data_dir) as store:
        found = await store.find_organization(text.strip())
        everyone = [] if found else await store.organizations()
    if found:
        return found
    part = text.strip().casefold()
    alike = [one for one in everyone if part and part in one.name.casefold()]
    if len(alike) == 1:
        return alike[0]
    if alike:
        names = ", ".join(one.name for one in alike[:5])
        raise InvalidInputError(
            f"Plusieurs membres correspondent à « {text} » ({names}) : donnez le SIREN ou le code "
            "INSEE, que montre « socle members list »."
        )
    raise InvalidInputError(
        f"Aucun membre ne correspond à « {text} ». « socle members list » les montre tous, "
        "« socle members add » en ajoute un."
    )
