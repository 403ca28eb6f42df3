"""The index of this process: built from PostgreSQL, following it, read without waiting."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import TypeVar
from uuid import UUID

import structlog
import tantivy
from sqlalchemy.exc import SQLAlchemyError

from services.catalogue.adapters.index.documents import (
    BOOKMARK,
    GUIDE,
    dataset_document,
    guide_document,
)
from services.catalogue.adapters.index.files import Bookmark, IndexFolder
from services.catalogue.adapters.index.names import Members, Places
from services.catalogue.adapters.index.spelling import Spelling
from services.catalogue.adapters.index.view import View
from services.catalogue.errors import SearchNotReadyError
from services.catalogue.models.guide import Guide
from services.catalogue.models.schema_names import schema_labels
from services.catalogue.storage.guides import GuideStore
from services.catalogue.storage.search_feed import Change, FeedRow, SearchFeed
from services.catalogue.storage.territories import TerritoryStore
from shared.access.store import AccessStore
from shared.db import Database

POLL_SECONDS = 0.3
_BATCH = 1_000
_WRITER_BYTES = 50_000_000
_REBUILT_AFTER = timedelta(days=7)  # freshness is measured from the day of the build
_MEMBERS_SECONDS = 5.0
_SPELLING_SECONDS = 60.0
_SPELLING_AT_ONCE = 2_000  # documents up to which new words are known at once
_PAUSE_AFTER_FAILURE = 2.0

log = structlog.get_logger()
T = TypeVar("T")

_SHARED_PLACES: dict[str, Places] = {}
"""The list of territories by its version: the same for every index of this process."""


@dataclass
class _Generation:
    """An index from its build to the next one."""

    index: tantivy.Index
    writer: tantivy.IndexWriter
    path: Path | None
    bookmark: Bookmark
    searcher: tantivy.Searcher
    commits: int = 0
    # What was read at or above the horizon, by the transaction that wrote it.
    applied: dict[UUID, int] = field(default_factory=dict)
    guides: Sequence[Guide] | None = None  # those it holds; None: not known yet


class LiveIndex:
    """Follows the database in the background; reads see the last committed state.

    Nothing here is the truth: whatever happens to it, it is built again.
    """

    def __init__(self, database: Database, root: Path | None = None) -> None:
        self._database = database
        self._folder = IndexFolder(root)
        self._turn = asyncio.Lock()
        self._current: _Generation | None = None
        self._view: View | None = None
        self._places: Places | None = None
        self._members: Members | None = None
        self._spelling: Spelling | None = None
        self._spelled: tuple[datetime, int] | None = None  # the state whose words it has
        self._members_read = self._guides_read = self._spelling_made = -1e9
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
                await self._open()
            assert self._current is not None  # noqa: S101 – _open() sets it or raises
            if self._current.bookmark.reference + _REBUILT_AFTER < datetime.now(UTC):
                await self._build()
            return await self._follow(self._current)

    async def rebuild(self) -> None:
        """Build from nothing, while reads go on."""
        async with self._turn:
            await self._build()

    async def follow(self) -> None:
        """Catch up for ever. A database that is away is waited for."""
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

    def close(self) -> None:
        """Give the folder back."""
        self._current = None
        self._folder.close()

    async def _open(self) -> None:
        async with self._database.begin() as session:
            cluster = await SearchFeed(session).cluster()
        found = await asyncio.to_thread(self._folder.open)
        if found is None or found[2].cluster != cluster:
            await self._build()
            return
        index, path, bookmark = found
        self._current = _Generation(index, _writer(index), path, bookmark, index.searcher())
        log.info("Search index opened", datasets=index.searcher().num_docs - 1)

    async def _build(self) -> None:
        """A whole index beside the present one, then in its place."""
        async with self._database.begin() as session:
            feed = SearchFeed(session)
            await feed.mend()
            cluster = await feed.cluster()
        async with self._database.begin() as session:
            horizon = await SearchFeed(session).horizon()
        bookmark = Bookmark(cluster, horizon, datetime.now(UTC))
        index, path = await asyncio.to_thread(self._folder.create)
        writer = _writer(index)
        number = self._progress = 0
        while rows := await self._rows_after(number):
            await asyncio.to_thread(_add, writer, rows, bookmark.reference)
            number = rows[-1].number
            self._progress += len(rows)
        writer.add_document(bookmark.document())
        await asyncio.to_thread(writer.commit)
        index.reload()
        self._current = _Generation(index, writer, path, bookmark, index.searcher())
        await asyncio.to_thread(self._folder.keep_only, path)
        log.info("Search index built", datasets=self._progress)

    async def _rows_after(self, number: int) -> Sequence[FeedRow]:
        async with self._database.begin() as session:
            return await SearchFeed(session).rows_after(number, _BATCH)

    async def _follow(self, generation: _Generation) -> int:
        async with self._database.begin() as session:
            feed = SearchFeed(session)
            horizon = await feed.horizon()
            changes = await feed.changes(generation.bookmark.horizon)
        news = [one for one in changes if generation.applied.get(one.id) != one.changed_in]
        for start in range(0, len(news), _BATCH):
            await self._take_in(generation, news[start : start + _BATCH])
        moved = horizon != generation.bookmark.horizon
        if news:
            bookmark = replace(generation.bookmark, horizon=horizon)
            await asyncio.to_thread(_commit, generation, bookmark)
        elif moved:
            # Not committed: a later start reads from the older horizon, and finds what is known.
            generation.bookmark = replace(generation.bookmark, horizon=horizon)
        if moved:
            generation.applied = {
                id_: written for id_, written in generation.applied.items() if written >= horizon
            }
        self._show(generation)  # at once: what follows may take its time
        await self._refresh_guides(generation)
        await self._refresh_names()
        await self._refresh_spelling(generation)
        self._show(generation)
        return len(news)

    async def _take_in(self, generation: _Generation, changes: Sequence[Change]) -> None:
        written = [change.id for change in changes if not change.removed]
        async with self._database.begin() as session:
            rows = await SearchFeed(session).rows(written)

        def apply() -> None:
            for change in changes:
                generation.writer.delete_documents_by_term("id", str(change.id))
            _add(generation.writer, rows, generation.bookmark.reference)

        await asyncio.to_thread(apply)
        generation.applied.update({one.id: one.changed_in for one in changes if one.removed})
        generation.applied.update({row.id: row.changed_in for row in rows})

    async def _refresh_guides(self, generation: _Generation) -> None:
        """The documentary base is small: read whole now and then, put in whole when changed."""
        known = generation.guides
        if known is not None and monotonic() - self._guides_read < _MEMBERS_SECONDS:
            return
        async with self._database.begin() as session:
            guides = await GuideStore(session).every()
        self._guides_read = monotonic()
        if known == guides:
            return

        def apply() -> None:
            generation.writer.delete_documents_by_term("kind", GUIDE)
            by_slug = groupby(guides, lambda guide: guide.slug)
            for number, (_, versions) in enumerate(by_slug):
                generation.writer.add_document(guide_document(list(versions), number))
            _commit(generation, generation.bookmark)

        await asyncio.to_thread(apply)
        generation.guides = guides

    async def _refresh_names(self) -> None:
        async with self._database.begin() as session:
            store = TerritoryStore(session)
            version = await store.version() or ""
            if self._places is None or self._places.version != version:
                self._places = _SHARED_PLACES.get(version)
            if self._places is None:
                territories = await store.every()
                self._places = await asyncio.to_thread(Places, version, territories)
                _SHARED_PLACES.clear()
                _SHARED_PLACES[version] = self._places
            if self._members and monotonic() - self._members_read < _MEMBERS_SECONDS:
                return
            members = await AccessStore(session).organizations()
        self._members_read = monotonic()
        if self._members is None or self._members.list != tuple(members):
            self._members = await asyncio.to_thread(Members, members, schema_labels())

    async def _refresh_spelling(self, generation: _Generation) -> None:
        """New words are known to the spelling at once in a small catalogue, later in a large."""
        state = (generation.bookmark.reference, generation.commits)
        waited = monotonic() - self._spelling_made
        due = generation.searcher.num_docs <= _SPELLING_AT_ONCE or waited > _SPELLING_SECONDS
        if self._spelling is None or (due and self._spelled != state):
            self._spelling = await asyncio.to_thread(Spelling.of, generation.searcher)
            self._spelled = state
            self._spelling_made = monotonic()

    def _show(self, generation: _Generation) -> None:
        places, members, spelling = self._places, self._members, self._spelling
        if places is None or members is None or spelling is None:
            return
        known, searcher = self._view, generation.searcher
        held = (known.searcher, known.places, known.members, known.spelling) if known else ()
        if held != (searcher, places, members, spelling):
            reference = generation.bookmark.reference
            schema = generation.index.schema
            self._view = View(schema, searcher, spelling, places, members, reference)


def _writer(index: tantivy.Index) -> tantivy.IndexWriter:
    # One thread: two would make two segments of every commit.
    index.config_reader("manual")
    return index.writer(heap_size=_WRITER_BYTES, num_threads=1)


def _add(writer: tantivy.IndexWriter, rows: Iterable[FeedRow], reference: datetime) -> None:
    for row in rows:
        writer.add_document(dataset_document(row, reference))


def _commit(generation: _Generation, bookmark: Bookmark) -> None:
    """What was read and how far it goes, in one commit."""
    generation.writer.delete_documents_by_term("id", BOOKMARK)
    generation.writer.add_document(bookmark.document())
    generation.writer.commit()
    generation.index.reload()
    generation.searcher = generation.index.searcher()
    generation.commits += 1
    generation.bookmark = bookmark
