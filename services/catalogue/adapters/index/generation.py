"""An index from its build to the next one: what it holds, and how far it has followed."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from uuid import UUID

import structlog
import tantivy

from services.catalogue.adapters.index.documents import (
    BOOKMARK,
    GUIDE,
    dataset_document,
    guide_document,
)
from services.catalogue.adapters.index.files import Bookmark, IndexFolder
from services.catalogue.models.guide import Guide
from services.catalogue.storage.search_feed import Change, FeedRow, SearchFeed
from shared.db import Database

_BUILT_AT_ONCE = 1_000
_COMMITTED_AT_ONCE = 500  # of thousands of changes the first are found before the last are read
_WRITER_BYTES = 50_000_000

log = structlog.get_logger()

Committed = Callable[[Sequence[FeedRow]], Awaitable[None]]
"""Is told what was written with each commit."""


@dataclass
class Generation:
    """A whole index with its writer, of which there is one at a time."""

    index: tantivy.Index
    writer: tantivy.IndexWriter
    path: Path | None
    bookmark: Bookmark
    searcher: tantivy.Searcher
    commits: int = 0
    guides: Sequence[Guide] | None = None
    """Those it holds; None: not known yet."""
    # What was read at or above the horizon, by the transaction that wrote it.
    _applied: dict[UUID, int] = field(default_factory=dict)

    @classmethod
    def opened(cls, index: tantivy.Index, path: Path | None, bookmark: Bookmark) -> "Generation":
        """That which an earlier process left whole."""
        return cls(index, _writer(index), path, bookmark, index.searcher())

    @property
    def state(self) -> tuple[datetime, int]:
        """Names what it holds: two states with one name hold the same words."""
        return self.bookmark.reference, self.commits

    async def take_changes(self, database: Database, committed: Committed | None = None) -> int:
        """Take in all that is committed in the database now; how many datasets that were."""
        async with database.begin() as session:
            feed = SearchFeed(session)
            horizon = await feed.horizon()
            changes = await feed.changes(self.bookmark.horizon)
        news = [one for one in changes if self._applied.get(one.id) != one.changed_in]
        moved = replace(self.bookmark, horizon=horizon)
        for start in range(0, len(news), _COMMITTED_AT_ONCE):
            part = news[start : start + _COMMITTED_AT_ONCE]
            rows = await self._take_in(database, part)
            # Whoever dies now reads all of them again: the horizon goes with the last ones.
            last = start + len(part) == len(news)
            await asyncio.to_thread(self._commit, moved if last else self.bookmark)
            if committed:
                await committed(rows)
        if horizon != self.bookmark.horizon:
            # Not committed: a later start reads from the older horizon, and finds what is known.
            self.bookmark = moved
        self._applied = {id_: xid for id_, xid in self._applied.items() if xid >= horizon}
        return len(news)

    async def put_guides(self, guides: Sequence[Guide]) -> None:
        """Put the documentary base in, whole, in place of what was there of it."""

        def apply() -> None:
            self.writer.delete_documents_by_term("kind", GUIDE)
            by_slug = groupby(guides, lambda guide: guide.slug)
            for number, (_, versions) in enumerate(by_slug):
                self.writer.add_document(guide_document(list(versions), number))
            self._commit(self.bookmark)

        await asyncio.to_thread(apply)
        self.guides = guides

    async def _take_in(self, database: Database, changes: Sequence[Change]) -> Sequence[FeedRow]:
        written = [change.id for change in changes if not change.removed]
        async with database.begin() as session:
            rows = await SearchFeed(session).rows(written)

        def apply() -> None:
            for change in changes:
                self.writer.delete_documents_by_term("id", str(change.id))
            _add(self.writer, rows, self.bookmark.reference)

        await asyncio.to_thread(apply)
        self._applied.update({one.id: one.changed_in for one in changes if one.removed})
        self._applied.update({row.id: row.changed_in for row in rows})
        return rows

    def _commit(self, bookmark: Bookmark) -> None:
        """What was read and how far it goes, in one commit."""
        self.writer.delete_documents_by_term("id", BOOKMARK)
        self.writer.add_document(bookmark.document())
        self.writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()
        self.commits += 1
        self.bookmark = bookmark


async def built(
    database: Database, folder: IndexFolder, progress: Callable[[int], None]
) -> Generation:
    """All datasets that are shown, as they were when each was read; `progress` counts them."""
    async with database.begin() as session:
        feed = SearchFeed(session)
        await feed.mend()
        cluster = await feed.cluster()
    async with database.begin() as session:
        horizon = await SearchFeed(session).horizon()
    bookmark = Bookmark(cluster, horizon, datetime.now(UTC))
    index, path = await asyncio.to_thread(folder.create)
    writer = _writer(index)
    number = datasets = 0
    while True:
        async with database.begin() as session:
            rows = await SearchFeed(session).rows_after(number, _BUILT_AT_ONCE)
        if not rows:
            break
        await asyncio.to_thread(_add, writer, rows, bookmark.reference)
        number = rows[-1].number
        datasets += len(rows)
        progress(datasets)
    writer.add_document(bookmark.document())
    await asyncio.to_thread(writer.commit)
    index.reload()
    log.info("Search index built", datasets=datasets)
    return Generation(index, writer, path, bookmark, index.searcher())


def _writer(index: tantivy.Index) -> tantivy.IndexWriter:
    # One thread: two would make two segments of every commit.
    index.config_reader("manual")
    return index.writer(heap_size=_WRITER_BYTES, num_threads=1)


def _add(writer: tantivy.IndexWriter, rows: Iterable[FeedRow], reference: datetime) -> None:
    for row in rows:
        writer.add_document(dataset_document(row, reference))
