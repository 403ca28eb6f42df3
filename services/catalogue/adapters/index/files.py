"""Where an index lives: a folder of this process alone, or memory.

Each process takes the first slot whose lock file no living process holds; the system gives
the lock back when a process dies, however it dies. An index is whole as soon as it has its
bookmark, which is committed with its last document: one without is removed.
"""

import fcntl
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import orjson
import structlog
import tantivy

from services.catalogue.adapters.index.documents import (
    BOOKMARK,
    VERSION,
    register_tokenizers,
    schema,
)
from services.catalogue.adapters.index.queries import term_query

_SLOTS = 64

log = structlog.get_logger()


@dataclass(frozen=True)
class Bookmark:
    """How far an index has followed the database, committed with what it has read.

    `cluster` names the history of transactions that `horizon` belongs to; `reference` is
    the moment freshness is measured from.
    """

    cluster: str
    horizon: int
    reference: datetime

    def document(self) -> tantivy.Document:
        """As it stands in the index."""
        document = tantivy.Document()
        document.add_text("id", BOOKMARK)
        document.add_text("kind", BOOKMARK)
        content = {
            "cluster": self.cluster,
            "horizon": self.horizon,
            "reference": self.reference.isoformat(),
        }
        document.add_bytes("hit", orjson.dumps(content))
        return document


def read_bookmark(index: tantivy.Index) -> Bookmark | None:
    """The bookmark of an index, None when it was not built to its end."""
    searcher = index.searcher()
    hits = searcher.search(term_query(index.schema, "id", BOOKMARK), 1).hits
    if not hits:
        return None
    content: Any = orjson.loads(bytes(searcher.doc(hits[0][1]).get_first("hit") or b""))
    return Bookmark(
        content["cluster"],
        int(content["horizon"]),
        datetime.fromisoformat(content["reference"]).astimezone(UTC),
    )


class IndexFolder:
    """The slot of this process below `root`; None: everything in memory."""

    def __init__(self, root: Path | None) -> None:
        self._lock: IO[bytes] | None = None
        self.path = self._take_slot(root) if root else None

    def create(self) -> tuple[tantivy.Index, Path | None]:
        """An empty index, beside any that is there."""
        path = self.path / f"v{VERSION}-{uuid4().hex}" if self.path else None
        if path:
            path.mkdir()
        index = tantivy.Index(schema(), path=str(path) if path else None)
        register_tokenizers(index)
        return index, path

    def open(self) -> tuple[tantivy.Index, Path, Bookmark] | None:
        """The index that an earlier process of this slot left whole, if any."""
        for path in self.path.iterdir() if self.path else ():
            if not path.name.startswith(f"v{VERSION}-"):
                continue
            try:
                index = tantivy.Index.open(str(path))
                register_tokenizers(index)
                bookmark = read_bookmark(index)
            except (ValueError, OSError, KeyError) as error:
                log.warning("Search index unreadable, built anew", path=str(path), error=str(error))
                continue
            if bookmark:
                return index, path, bookmark
        return None

    def keep_only(self, kept: Path | None) -> None:
        """Remove every other index of this slot."""
        for path in self.path.iterdir() if self.path else ():
            if path != kept:
                shutil.rmtree(path, ignore_errors=True)

    def close(self) -> None:
        """Give the slot back."""
        if self._lock:
            self._lock.close()

    def _take_slot(self, root: Path) -> Path:
        root.mkdir(parents=True, exist_ok=True)
        for slot in range(_SLOTS):
            lock = (root / f"{slot}.lock").open("ab")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            self._lock = lock
            path = root / str(slot)
            path.mkdir(exist_ok=True)
            return path
        raise RuntimeError(f"{_SLOTS} processes already keep their index in {root}")
