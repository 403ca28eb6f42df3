"""Each line of the comparison with the peers names a test that exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_PROOF = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
LINES = [
    line
    for line in (ROOT / "docs" / "exports.md").read_text("utf-8").splitlines()
    if line.startswith("|") and "| ✔ |" in line
]


def test_the_table_is_found() -> None:
    assert len(LINES) > 20


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split("|")[1].strip())
def test_each_capability_is_proved_by_a_test_that_exists(line: str) -> None:
    assert len(line.split("|")) == 10
    proofs = _PROOF.findall(line)
    assert proofs
    for path, name in proofs:
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        functions = (ast.FunctionDef, ast.AsyncFunctionDef)
        assert any(isinstance(n, functions) and n.name == name for n in ast.walk(tree)), name
