"""With the kernel or without it, the report is the same to the last byte."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.validator.engine.check import RowLoop
from services.validator.engine.kernel.known import KnownTexts
from services.validator.engine.kernel.run import Kernel
from tests.support.both_paths import report
from tests.support.kernel_compiled import compiled_machine
from tests.support.nasty_tables import CELLS, CHECKS, FIELDS, nasty
from tests.support.reference import reference_dir

BLOCKS = ((1 << 20, 1 << 12), (8, 1), (61, 1), (200, 100))
ALL_FIELDS = {"fields": list(FIELDS), "custom_checks": list(CHECKS)}
TWO = {
    "fields": [
        {"name": "a", "type": "string", "constraints": {"required": True, "maxLength": 4}},
        {"name": "b", "type": "integer", "constraints": {"maximum": 20}},
    ],
    "primaryKey": "a",
}


def text_of(content: bytes, descriptor: dict[str, Any], kernel: Kernel | None) -> str:
    return json.dumps(report(content, descriptor, kernel))


@pytest.fixture(scope="module")
def kernels() -> list[Kernel]:
    machine = compiled_machine()
    return [Kernel(machine, block=block, room=room) for block, room in BLOCKS]


@pytest.mark.parametrize("batch", range(8))
def test_nasty_tables_at_any_block_size(batch: int, kernels: list[Kernel]) -> None:
    for seed in range(batch * 25, batch * 25 + 25):
        table = nasty(seed)
        exact = text_of(table.content, table.descriptor, None)
        for kernel in kernels:
            assert text_of(table.content, table.descriptor, kernel) == exact, seed


def test_a_file_learns_nothing_from_the_one_before(kernels: list[Kernel]) -> None:
    """Header and plan are shared by files with the same labels; what is said once is not."""
    together = {"column": "a", "othercolumns": ["absent"]}
    descriptor = {**TWO, "custom_checks": [{"name": "cohesive-columns-value", "params": together}]}
    content = b"a,b\nx,1\ny,2\nx,30\n"
    exact = text_of(content, descriptor, None)
    assert "cohesive-columns-value" in exact

    for kernel in kernels:
        assert [text_of(content, descriptor, kernel) for _ in range(3)] == [exact] * 3


@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(st.sampled_from(CELLS) | st.text(max_size=8), max_size=4), max_size=8),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    block=st.integers(8, 80),
    quote=st.sampled_from(['"', ""]),
)
def test_any_cells(rows: list[list[str]], end: str, block: int, quote: str) -> None:
    kernel = Kernel(compiled_machine(), block=block, room=1)
    lines = ["a,b", *(",".join(f"{quote}{cell}{quote}" for cell in row) for row in rows)]
    content = end.join(lines).encode("utf-8", "surrogatepass")
    assert text_of(content, TWO, kernel) == text_of(content, TWO, None)


@settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
@given(soup=st.lists(st.sampled_from(
    [b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"a", b" ", b"7", b"-", b".", b"\xc3\xa9",
     b"\xe2\x80\x99", b"\xff", b"\xc3", b"\x00", b"99999999999999999999"]), max_size=60),
    block=st.integers(8, 80))  # fmt: skip
def test_byte_soup(soup: list[bytes], block: int) -> None:
    kernel = Kernel(compiled_machine(), block=block, room=1)
    content = b"a,b\n" + b"".join(soup)
    assert text_of(content, TWO, kernel) == text_of(content, TWO, None)


def test_all_official_and_real_files(kernels: list[Kernel]) -> None:
    base = reference_dir("schemas")
    files = [path for path in base.rglob("*.csv") if path.stat().st_size < 2_000_000]
    files += reference_dir("real").glob("*.csv")
    descriptors = [
        json.loads(path.read_bytes())
        for folder in ("scdl__subventions", "scdl__deliberations", "etalab__schema-irve-statique")
        for path in sorted((base / folder).rglob("*.json"))[-1:]
    ]
    tables = [each for each in descriptors if isinstance(each.get("fields"), list)]
    assert files
    for path in files:
        content = path.read_bytes()
        for descriptor in (*tables, _own_schema(path) or ALL_FIELDS):
            exact = text_of(content, descriptor, None)
            assert text_of(content, descriptor, kernels[0]) == exact, path


def _own_schema(example: Any) -> dict[str, Any] | None:
    """The newest descriptor beside an example, when it is a Table Schema."""
    for folder in example.parents[:2]:
        for path in sorted(folder.glob("*.json"), reverse=True):
            try:
                descriptor = json.loads(path.read_bytes())
            except ValueError:
                continue
            if isinstance(descriptor, dict) and isinstance(descriptor.get("fields"), list):
                return descriptor
    return None


def test_sound_rows_never_reach_the_exact_loop(
    kernels: list[Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    monkeypatch.setattr(RowLoop, "take", lambda _self, line, _cells: taken.append(line))
    monkeypatch.setattr(KnownTexts, "learn", lambda *_: pytest.fail("a sound cell was asked"))
    content = "a,b\n" + "".join(f"n°{number},{number % 20}\n" for number in range(5))
    found = report(content.encode(), TWO, kernels[0])
    assert found["verdict"] == "valid"
    assert found["stats"]["rows"] == 5
    assert taken == []


def test_only_the_listed_errors_differ_with_their_limit(kernels: list[Kernel]) -> None:
    content = "a,b\n" + "trop long,x\n" * 300 + "ok,1\n"
    exact = report(content.encode(), TWO, None, max_errors=7)
    assert report(content.encode(), TWO, kernels[0], max_errors=7) == exact
    assert exact["stats"]["errors"] == 300 * 2 + 299
    assert len(exact["errors"]) == 7


def test_a_table_of_keys_grows(kernels: list[Kernel]) -> None:
    rows = [f"{number:x},1" for number in range(9_000)] + ["10,1"]
    content = "\n".join(["a,b", *rows]).encode()
    found = report(content, TWO, kernels[0])
    assert found == report(content, TWO, None)
    assert [error["row"] for error in found["errors"]] == [9_002]
    assert found["errors"][0]["params"]["first"] == 18


def test_an_open_quote_far_into_the_file_is_told_by_its_line(kernels: list[Kernel]) -> None:
    content = b"a,b\n" + b"x,1\n" * 9 + b'"ouvert,2\n' + b"y,3\n" * 5
    found = report(content, TWO, kernels[1])
    assert found == report(content, TWO, None)
    assert found["errors"][-1]["code"] == "unclosed-quote"
    assert found["errors"][-1]["line"] == 11
