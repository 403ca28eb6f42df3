"""The documentary base: read it, add to it, load what the platform brings."""

import hashlib
from datetime import date
from importlib.resources import files

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.guide import Audience, FoundGuide, Guide, read_guide
from services.catalogue.models.text import parse_query
from services.catalogue.storage.guides import GuideStore
from services.catalogue.storage.locks import lock_writers
from shared.access.models import Principal
from shared.db import Database
from shared.errors import ConflictError, NotFoundError

_WRITTEN_ON = date(2026, 11, 28)


def shipped_guides() -> list[Guide]:
    """The guides that the platform brings, from `data/guides/`."""
    folder = files("services.catalogue") / "data" / "guides"
    return [
        read_guide(file.name.removesuffix(".md"), file.read_text("utf-8"), updated_on=_WRITTEN_ON)
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith(".md")
    ]


async def load_guides(database: Database) -> bool:
    """Whether the shipped guides were (re)loaded. Safe to repeat; one look-up when they are
    there. What the operator wrote is never touched.
    """
    shipped = shipped_guides()
    version = hashlib.sha256(repr(shipped).encode()).hexdigest()[:16]
    async with database.begin() as session:
        await lock_writers(session)
        store = GuideStore(session)
        if await store.version() == version:
            return False
        await store.replace_shipped(shipped, version)
    return True


async def read_guides(
    database: Database,
    *,
    phase: int | None = None,
    audience: Audience | None = None,
    schema: str | None = None,
) -> list[Guide]:
    """Those that fit, by phase and title."""
    async with database.begin() as session:
        return await GuideStore(session).guides(phase=phase, audience=audience, schema=schema)


async def search_guides(index: LiveIndex, query: str, limit: int) -> list[FoundGuide]:
    """The guides that have all the words, best first; none for a query without any."""
    terms = parse_query(query)
    found = await index.read(lambda view: view.guides(terms, limit))
    return [FoundGuide(**one) for one in found]


async def read_one_guide(database: Database, slug: str) -> Guide:
    """One guide. Raises `NotFoundError`."""
    async with database.begin() as session:
        found = await GuideStore(session).guide(slug)
    if found is None:
        raise NotFoundError(
            f"Aucun guide ne s’appelle « {slug} ».", message_en=f"There is no guide `{slug}`."
        )
    return found


async def save_guide(database: Database, guide: Guide, principal: Principal) -> None:
    """Add a guide or change one of the operator's own. For the whole syndicate's keys.

    Raises `ForbiddenError`, and `ConflictError` for a shipped guide, which the next version of
    the platform would overwrite.
    """
    principal.must_own(None)
    async with database.begin() as session:
        store = GuideStore(session)
        known = await store.guide(guide.slug)
        if known is not None and known.shipped:
            raise _shipped(guide.slug)
        await store.save(guide)


async def remove_guide(database: Database, slug: str, principal: Principal) -> None:
    """Delete one of the operator's guides. Raises as `save_guide`, and `NotFoundError`."""
    principal.must_own(None)
    known = await read_one_guide(database, slug)
    if known.shipped:
        raise _shipped(slug)
    async with database.begin() as session:
        await GuideStore(session).remove(slug)


def _shipped(slug: str) -> ConflictError:
    return ConflictError(
        f"Le guide « {slug} » vient avec la plateforme : ajoutez le vôtre sous un autre nom.",
        message_en=f"The guide `{slug}` comes with the platform: add yours under another name.",
    )
