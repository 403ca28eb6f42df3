"""Where the reference data lies, for the tests that compare against it."""

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def reference_dir(*parts: str) -> Path:
    """Folder of the reference data, or skip: it is not part of the project."""
    base = Path(os.environ.get("SOCLE_REFERENCE", _ROOT.parent / "shared" / "reference"))
    path = base.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference data not present ({path}); set SOCLE_REFERENCE to its folder")
    return path
