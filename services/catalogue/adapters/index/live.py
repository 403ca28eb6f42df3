"""The index of this process: built from PostgreSQL, following it, read without waiting."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from services.catalogue.adapters.index.files import IndexFolder
from services.catalogue.adapters.index.generation import Generation, built
from services.catalogue.adapters.index.names import Members, Places
from services.catalogue.adapters.index.spelling import Spelling
from services.catalogue.adapters.index.view import View
from services.catalogue.errors import SearchNotReadyError
from services.catalogue.models.schema_names import schema_labels
from services.catalogue.storage.guides import GuideStore
from services.catalogue.storage.search_feed import FeedRow, SearchFeed
from services.catalogue.storage.territories import TerritoryStore
from shared.access.store import AccessStore
from shared.db import Database

POLL_SECONDS = 0.15
_REBUILT_AFTER = timedelta(days=7)  # freshness is measured from the day of the build
_NAMES_SECONDS = 5.0
_UPKEEP_SECONDS = 60.0
_SPELLING_AT_ONCE = 2_000  # documents up to which new words are known at once
_PAUSE_AFTER_FAILURE = 2.0

log = structlog.get_logger()
T = TypeVar("T")

_SHARED_PLACES: dict[str, Places] = {}
"""The list of territories by its version: the same for every index of this process."""


class LiveIndex:
    """Follows the database in the background; reads see the last committed state.

    Nothing here is the truth: whatever happens to it, it is built again.
    """

    def __init__(self, database: Database, root: Path | None = None) -> None:
        self._database = database
        self._folder = IndexFolder(root)
        self._turn = asyncio.Lock()
        self._current: Generation | None = None
        self._view: View | None = None
        self._places: Places | None = None
        self._members: Members | None = None
        self._spelling: Spelling | None = None
        self._spelled: tuple[datetime, int] | None = None  # the state whose words it has
        self._members_read = self._guides_read = self._places_read = -1e9
        self._progress = 0
        self.tried = asyncio.Event()
        """Set when the first attempt to catch up has ended, well or not."""

    @property
    def view(self) -> View:
        """The last state. Raises `SearchNotReadyError` until the first build is done."""
        if self._view is None:
            raise SearchNotReadyError(self._progress)
        return self._view

    async def read(self, use: Callable[[View], T]) -> T:
        """What `use` makes of the last state, beside the event loop."""
        return await asyncio.to_thread(use, self.view)

    async def check(self) -> None:
        """Raises `SearchNotReadyError` until the index can be searched."""
        _ = self.view

    async def catch_up(self) -> int:
        """Take in all that is committed now; how many datasets that were. Builds if needed."""
        async with self._turn:
            if self._current is None:
                self._current = await self._opened()
            return await self._follow(self._current)

    async def rebuild(self) -> None:
        """Build from nothing, while reads and following go on."""
        generation = await self._built()
        await generation.take_changes(self._database)
        async with self._turn:
            await generation.take_changes(self._database)
            await self._refresh_guides(generation)
            self._current = generation
            await self._follow(generation)
            await asyncio.to_thread(self._folder.keep_only, generation.path)

    async def follow(self) -> None:
        """Catch up for ever. A database that is away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_changes())
            tasks.create_task(self._keep_up())

    def close(self) -> None:
        """Give the folder back."""
        self._current = None
        self._folder.close()

    async def _follow_changes(self) -> None:
        while True:
            try:
                await self.catch_up()
            except (SQLAlchemyError, OSError) as error:
                log.warning("Search index waits for the database", error=str(error))
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)
            except Exception:
                log.exception("Search index failed, built anew")
                self._current = None
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)
            finally:
                self.tried.set()
            await asyncio.sleep(POLL_SECONDS)

    async def _keep_up(self) -> None:
        """What takes seconds in a large catalogue, and no change may wait for."""
        while True:
            await asyncio.sleep(_UPKEEP_SECONDS)
            generation = self._current
            try:
                if generation and generation.bookmark.reference + _REBUILT_AFTER < datetime.now(
                    UTC
                ):
                    await self.rebuild()
                elif generation and self._spelled != generation.state:
                    await self._spell(generation)
            except Exception:
                log.exception("Upkeep of the search index failed, tried again later")

    async def _opened(self) -> Generation:
        async with self._database.begin() as session:
            cluster = await SearchFeed(session).cluster()
        found = await asyncio.to_thread(self._folder.open)
        if found and found[2].cluster == cluster:
            log.info("Search index opened", datasets=found[0].searcher().num_docs - 1)
            return Generation.opened(*found)
        generation = await self._built()
        await asyncio.to_thread(self._folder.keep_only, generation.path)
        return generation

    async def _built(self) -> Generation:
        def tell(datasets: int) -> None:
            self._progress = datasets

        generation = await built(self._database, self._folder, tell)
        self._members_read = -1e9  # who owns what was read is to be known when it is shown
        return generation

    async def _follow(self, generation: Generation) -> int:
        taken = await generation.take_changes(self._database, self._committed)
        await self._refresh_guides(generation)
        await self._refresh_places()
        if monotonic() - self._members_read >= _NAMES_SECONDS:
            await self._refresh_members()
        small = generation.searcher.num_docs <= _SPELLING_AT_ONCE
        if self._spelling is None or (small and self._spelled != generation.state):
            await self._spell(generation)
        self._show()
        return taken

    async def _committed(self, rows: Sequence[FeedRow]) -> None:
        """Show at once what was written; facets count organisations that are known."""
        known = self._members
        if known and any(known.name(str(row.organization_id)) is None for row in rows):
            await self._refresh_members()
        self._show()

    async def _refresh_guides(self, generation: Generation) -> None:
        """The documentary base is small: read whole now and then, put in whole when changed."""
        waited = monotonic() - self._guides_read
        if generation.guides is not None and waited < _NAMES_SECONDS:
            return
        async with self._database.begin() as session:
            guides = await GuideStore(session).every()
        self._guides_read = monotonic()
        if generation.guides != guides:
            await generation.put_guides(guides)

    async def _refresh_places(self) -> None:
        if monotonic() - self._places_read < _NAMES_SECONDS:
            return
        async with self._database.begin() as session:
            store = TerritoryStore(session)
            version = await store.version() or ""
            if version not in _SHARED_PLACES:
                places = await asyncio.to_thread(Places, version, await store.every())
                _SHARED_PLACES.clear()
                _SHARED_PLACES[version] = places
        self._places = _SHARED_PLACES[version]
        self._places_read = monotonic()

    async def _refresh_members(self) -> None:
        async with self._database.begin() as session:
            members = await AccessStore(session).organizations()
        self._members_read = monotonic()
        if self._members is None or self._members.list != tuple(members):
            self._members = await asyncio.to_thread(Members, members, schema_labels())

    async def _spell(self, generation: Generation) -> None:
        state = generation.state
        self._spelling = await asyncio.to_thread(Spelling.of, generation.searcher)
        self._spelled = state

    def _show(self) -> None:
        generation = self._current
        places, members, spelling = self._places, self._members, self._spelling
        if generation is None or places is None or members is None or spelling is None:
            return
        known, searcher = self._view, generation.searcher
        held = (known.searcher, known.places, known.members, known.spelling) if known else ()
        if held != (searcher, places, members, spelling):
            reference = generation.bookmark.reference
            self._view = View(generation.index, searcher, spelling, places, members, reference)
