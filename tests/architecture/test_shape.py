"""The form of the house: sizes that keep a module readable, and names that say something.

An exception stands in `EXCEPTIONS` with its reason.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_METHODS = 20
EXCEPTIONS: dict[str, str] = {
    "tests/differential/validata_cases.py": "a table of cases",
}
NAMELESS_DRAWERS = {"utils", "util", "helpers", "common", "misc", "tools"}


def modules() -> Iterator[Path]:
    for package in ("services", "shared", "socle", "demo", "scripts", "bench", "tests"):
        yield from sorted((ROOT / package).rglob("*.py"))


MODULES = [path.relative_to(ROOT).as_posix() for path in modules()]


@pytest.mark.parametrize("module", MODULES)
def test_module_and_its_functions_are_short(module: str) -> None:
    source = (ROOT / module).read_text(encoding="utf-8")
    tree = ast.parse(source)

    faults = []
    if source.count("\n") > MAX_LINES:
        faults.append(f"{source.count(chr(10))} lines")
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > MAX_FUNCTION_LINES:
                faults.append(f"{node.name}: {length} lines")
        if isinstance(node, ast.ClassDef):
            methods = sum(isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) for n in node.body)
            if methods > MAX_METHODS:
                faults.append(f"class {node.name}: {methods} methods")

    assert not faults or module in EXCEPTIONS, "; ".join(faults)


@pytest.mark.parametrize("module", MODULES)
def test_no_import_hides_inside_a_function(module: str) -> None:
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    hidden = [
        f"line {inner.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert not hidden or module in DEFERRED, f"imports inside functions: {', '.join(hidden)}"


DEFERRED: dict[str, str] = {
    "tests/support/kernel_compiled.py": "importing it needs Numba, an extra",
}


def test_no_module_is_a_drawer_without_a_name() -> None:
    drawers = [m for m in MODULES if set(Path(m).with_suffix("").parts) & NAMELESS_DRAWERS]

    assert drawers == []


def test_exceptions_still_exist() -> None:
    assert {*EXCEPTIONS, *DEFERRED} <= set(MODULES)
