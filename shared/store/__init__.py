"""Content-addressed files: what was downloaded or uploaded, once per content."""

from shared.store.content import ContentMissing, ContentStore, StoredContent, one_chunk
from shared.store.disk import DiskStore

__all__ = ["ContentMissing", "ContentStore", "DiskStore", "StoredContent", "one_chunk"]
