"""A workbook through the kernel: the same report as without it, places included."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.validator.engine.kernel.run import Kernel
from tests.support.both_paths import report
from tests.support.kernel_compiled import compiled_machine
from tests.support.workbooks import ods, xlsx

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "nom", "type": "string", "constraints": {"required": True, "maxLength": 6}},
        {"name": "montant", "type": "number", "constraints": {"maximum": 20}},
        {"name": "jour", "type": "date"},
    ],
    "primaryKey": "nom",
}
HEADER = ["nom", "montant", "jour"]


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    return Kernel(compiled_machine())


def both(content: bytes, kernel: Kernel) -> tuple[str, str]:
    return json.dumps(report(content, SCHEMA, kernel)), json.dumps(report(content, SCHEMA, None))


@pytest.mark.parametrize("written", [xlsx, ods])
def test_lines_are_those_of_the_sheet(written: Any, kernel: Kernel) -> None:
    rows = [
        ["Liste des aides", None, None],
        HEADER,
        ["ana", 3, date(2024, 1, 31)],
        [None, None, None],
        ["bob", 300, "31/01/2024"],
        ["ana", "x", None],
        ['"', 1, None],
        ["a,b;c", 1.5, None],
    ]

    fast, exact = both(written(("Feuille", rows)), kernel)

    assert fast == exact
    found = {(e["code"], e["row"], e["line"]) for e in json.loads(exact)["errors"]}
    assert ("blank-row", 3, 4) in found
    assert ("constraint-error", 4, 5) in found
    assert ("primary-key", 5, 6) in found


def test_a_cell_of_several_lines_shifts_nothing(kernel: Kernel) -> None:
    rows = [HEADER, ["a\nb", 1, None], ["c", 300, None]]

    fast, exact = both(xlsx(("Feuille", rows)), kernel)

    assert fast == exact
    assert [error["line"] for error in json.loads(exact)["errors"]] == [3]


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.lists(
            st.none() | st.integers(-5, 40) | st.booleans() | st.floats(-9, 99, width=16)
            | st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), max_size=7)
            | st.sampled_from(["\n", '"', "a,b", " ", "31/01/2024", "1,5", "2024-01-31"]),
            max_size=4,
        ),
        max_size=7,
    )
)  # fmt: skip
def test_any_sheet_has_the_same_report(kernel: Kernel, rows: list[list[Any]]) -> None:
    fast, exact = both(xlsx(("Feuille", [HEADER, *rows])), kernel)

    assert fast == exact


def test_the_kernel_takes_the_rows_of_a_sheet(
    kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = []
    run = kernel.run
    monkeypatch.setattr(kernel, "run", lambda *given: taken.append(run(*given)) or taken[-1])

    both(xlsx(("Feuille", [HEADER, ["ana", 3, None]])), kernel)

    assert taken == [True]
