"""Pages that programs write are those that the code would write now."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_settings_page_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/write_settings_docs.py", "--check"],
        check=False, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
