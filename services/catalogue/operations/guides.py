"""The documentary base: read it, add to it, load what the platform brings."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.guide import (
    ORIGINAL,
    Audience,
    FoundGuide,
    Guide,
    read_guide,
    read_translation,
)
from services.catalogue.models.text import ENGLISH_STOP_WORDS, parse_query
from services.catalogue.storage.guides import GuideStore
from services.catalogue.storage.locks import lock_writers
from shared.access.models import Principal
from shared.db import Database
from shared.errors import ConflictError, NotFoundError

TRANSLATIONS = ("en",)
"""Languages in which every shipped guide is there beside French."""

_WRITTEN_ON = date(2026, 11, 28)


def shipped_guides() -> list[Guide]:
    """The guides that the platform brings, each in every language, from `data/guides/`."""
    folder = files("services.catalogue") / "data" / "guides"
    found = []
    for file in sorted((folder / ORIGINAL).iterdir(), key=lambda one: one.name):
        slug = file.name.removesuffix(".md")
        guide = read_guide(slug, file.read_text("utf-8"), updated_on=_WRITTEN_ON)
        found.append(guide)
        for language in TRANSLATIONS:
            text = (folder / language / file.name).read_text("utf-8")
            found.append(read_translation(guide, language, text))
    return found


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
    language: str,
    *,
    phase: int | None = None,
    audience: Audience | None = None,
    schema: str | None = None,
) -> list[Guide]:
    """Those that fit, by phase and title; in French what is not there in that language."""
    async with database.begin() as session:
        store = GuideStore(session)
        return await store.guides(language, phase=phase, audience=audience, schema=schema)


async def search_guides(
    index: LiveIndex, query: str, language: str, limit: int
) -> list[FoundGuide]:
    """The guides that have all the words in any language, best first; none for a query without
    any. Each as a reader of that language is shown it.
    """
    terms = parse_query(query)
    if language == "en":
        said = [term for term in terms if not ENGLISH_STOP_WORDS.issuperset(term.words)]
        terms = tuple(said) or terms
    found = await index.read(lambda view: view.guides(terms, limit))
    return [_suiting(versions, language) for versions in found]


async def read_one_guide(database: Database, slug: str, language: str) -> Guide:
    """One guide, in French if it is not there in that language. Raises `NotFoundError`."""
    async with database.begin() as session:
        found = await GuideStore(session).guide(slug, language)
    if found is None:
        raise NotFoundError(
            f"Aucun guide ne s’appelle « {slug} ».", message_en=f"There is no guide `{slug}`."
        )
    return found


async def save_guide(database: Database, guide: Guide, principal: Principal) -> None:
    """Add a guide, or change one of the operator's own, in the guide's language; the versions
    in other languages stay. For the whole syndicate's keys.

    Raises `ForbiddenError`, and `ConflictError` for a shipped guide, which the next version of
    the platform would overwrite.
    """
    principal.must_own(None)
    async with database.begin() as session:
        store = GuideStore(session)
        known = await store.guide(guide.slug, guide.language)
        if known is not None and known.shipped:
            raise _shipped(guide.slug)
        await store.save(guide)


async def remove_guide(database: Database, slug: str, principal: Principal) -> None:
    """Delete one of the operator's guides in all its languages.

    Raises as `save_guide`, and `NotFoundError`.
    """
    principal.must_own(None)
    known = await read_one_guide(database, slug, ORIGINAL)
    if known.shipped:
        raise _shipped(slug)
    async with database.begin() as session:
        await GuideStore(session).remove(slug)


def _suiting(versions: Sequence[Mapping[str, Any]], language: str) -> FoundGuide:
    def strangeness(one: Mapping[str, Any]) -> tuple[bool, bool]:
        return one["language"] != language, one["language"] != ORIGINAL

    return FoundGuide(**min(versions, key=strangeness))


def _shipped(slug: str) -> ConflictError:
    return ConflictError(
        f"Le guide « {slug} » vient avec la plateforme : ajoutez le vôtre sous un autre nom.",
        message_en=f"The guide `{slug}` comes with the platform: add yours under another name.",
    )
