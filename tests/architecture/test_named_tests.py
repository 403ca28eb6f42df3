"""Tests that the documentation names as proof exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHORT = {
    "C": "unit/harvester/connectors",
    "H": "integration/harvester",
    "F": "integration/fetch",
    "K": "integration/catalogue",
}
NAMED = re.compile(r"`(?:tests/)?([\w/]+\.py)::(test_\w+)`")
PAGES = sorted(
    page for page in (ROOT / "docs").rglob("*.md") if NAMED.search(page.read_text("utf-8"))
)


@cache
def named_in(path: str) -> frozenset[str]:
    file = ROOT / "tests" / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def test_the_traps_and_the_comparison_name_their_tests() -> None:
    assert {"harvesting-traps.md", "harvesting-peers.md"} <= {page.name for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_test_that_a_page_names_exists(page: Path) -> None:
    missing = []
    for path, name in NAMED.findall(page.read_text("utf-8")):
        first, _, rest = path.partition("/")
        whole = f"{SHORT[first]}/{rest}" if first in SHORT else path
        if name not in named_in(whole):
            missing.append(f"{whole}::{name}")

    assert missing == []
