"""Folders for servers that may run under another account."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short folder that every account may enter (pytest's is closed to others)."""
    path = Path(tempfile.mkdtemp(prefix="socle-test-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)
