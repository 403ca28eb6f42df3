"""Every entry that is set aside says why, and what can be done about it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.harvester.connectors import refusals
from services.harvester.connectors.csw.records import NOT_DATASETS

CONNECTORS = Path(refusals.__file__).parent
TO_DO = re.compile(
    r"\b(Donnez|Demandez|Rendez|Publiez|Signalez|Corrigez|Mettez|Rien n'est à faire)\b"
)
SHARED = {name: text for name, text in vars(refusals).items() if name.isupper()}


def written(node: ast.AST) -> str:
    """The fixed text of a literal; empty where it has none."""
    return "".join(
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def reasons() -> Iterator[tuple[str, str]]:
    """Place and text of each reason that a module of a connector writes itself."""
    for path in sorted(CONNECTORS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found: ast.AST | None = None
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Rejected":
                found = node.args[0]
            elif isinstance(node, ast.FunctionDef) and node.name == "_refusal":
                yield from (
                    (f"{path.name}:{each.lineno}", written(each))
                    for each in ast.walk(node)
                    if isinstance(each, ast.Return) and each.value and written(each)
                )
            if isinstance(found, ast.Constant | ast.JoinedStr) and "Ligne" not in written(found):
                yield f"{path.name}:{node.lineno}", written(found)


@pytest.mark.parametrize(
    "reason", [*SHARED.values(), *NOT_DATASETS.values(), *(text for _, text in reasons())]
)
def test_a_reason_says_what_to_do(reason: str) -> None:
    assert TO_DO.search(reason)


def test_the_reasons_are_found_where_they_are_written() -> None:
    assert len(SHARED) >= 6
    assert {place.split(":")[0] for place, _ in reasons()} >= {"parser.py", "fetcher.py"}
