"""Parquet: typed columns as texts, batches, damaged files."""

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from services.validator.adapters.run import EngineRunner
from services.validator.engine.readers import parquet
from services.validator.engine.readers.parquet_footer import check_footer
from services.validator.engine.table import ReadHints, UnreadableError
from services.validator.schemas.model import Schema
from tests.support.reading import cells, opened, refusal
from tests.support.tables import validate_bytes


def written(columns: dict[str, Any], compression: str = "snappy") -> bytes:
    out = io.BytesIO()
    write_parquet(Table.from_pydict(columns), out, compression=compression)
    return out.getvalue()


def whole(values: list[int | None]) -> Array:
    return Array(values, DataType.int64())


COLUMNS = {
    "nom": Array(["Été", None], DataType.utf8()),
    "montant": Array([12.5, 3.0], DataType.float64()),
    "grand": whole([21940028000018, None]),
    "actif": Array([True, False], DataType.bool()),
    "jour": Array([19_000, None], DataType.int32()).cast(DataType.date32()),
    "moment": whole([1_700_000_000_000, None]).cast(DataType.timestamp("ms")),
    "utc": whole([1_700_000_000_000, None]).cast(DataType.timestamp("ms", tz="UTC")),
    "prix": Array([36, 1], DataType.int32()).cast(DataType.decimal128(10, 2)),
    "octets": Array([b"\xc3\xa9", b"\xff"], DataType.binary()),
    "code": Array(["a", "a"], DataType.utf8()).cast(
        DataType.dictionary(DataType.int32(), DataType.utf8())
    ),
}
TEXTS = [
    ["Été", "12.5", "21940028000018", "oui", "2022-01-08", "2023-11-14T22:13:20",
     "2023-11-14T22:13:20+00:00", "36.00", "é", "a"],
    ["", "3", "", "non", "", "", "", "1.00", "\ufffd", "a"],
]  # fmt: skip


@pytest.mark.parametrize(
    "compression", ["uncompressed", "snappy", "gzip(6)", "zstd(3)", "brotli(5)"]
)
def test_typed_columns_become_texts(compression: str) -> None:
    table = opened(
        written(COLUMNS, compression), "f", ReadHints(booleans={"actif": ("oui", "non")})
    )

    assert table.labels == tuple(COLUMNS)
    assert cells(table) == TEXTS
    assert table.facts.format == "parquet"


def test_batches_follow_one_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "BATCH", 10)
    content = written({"n": whole(list(range(95)))})

    assert list(opened(content).records) == [(n + 2, (str(n),)) for n in range(95)]


def test_a_parquet_file_is_checked_like_any_other() -> None:
    schema = {
        "fields": [
            {"name": "jour", "type": "date"},
            {"name": "moment", "type": "datetime"},
            {"name": "montant", "type": "number", "constraints": {"minimum": 5}},
        ]
    }
    content = written({name: COLUMNS[name] for name in ("jour", "moment", "montant")})

    result = validate_bytes(content, schema, name="f.parquet")

    assert [(error.field, error.row) for error in result.errors] == [("montant", 3)]


def test_one_inside_gzip_is_read() -> None:
    assert len(cells(opened(gzip.compress(written(COLUMNS))))) == 2


async def test_a_crash_harms_nobody(tmp_path: Path) -> None:
    """A damaged page may end the native reader's process: that is said to be the file's doing,
    and the next file is served all the same.
    """
    sound = written({"nom": COLUMNS["nom"]})
    schema = Schema(
        name="test/nom", version="1", title="", descriptor={"fields": [{"name": "nom"}]}
    )
    kinds = []
    async with EngineRunner() as runner:
        for place in range(4, 24, 4):
            path = tmp_path / f"{place}.parquet"
            path.write_bytes(sound[:place] + b"\x00" + sound[place + 1 :])
            kinds.append((await runner.validate(path, name="f", schema=schema)).kind)
        path.write_bytes(sound)
        last = await runner.validate(path, name="f", schema=schema)

    assert set(kinds) == {"report", "unreadable"}
    assert last.kind == "report"


def test_a_footer_that_points_nowhere_is_refused() -> None:
    content = bytearray(written({"nom": COLUMNS["nom"]}))
    refusals = set()
    for place in range(len(content) - 9, len(content) - 300, -1):
        changed = bytes(content[:place]) + b"\x7f" + bytes(content[place + 1 :])
        try:
            check_footer(io.BytesIO(changed))
        except UnreadableError as error:
            refusals.add(error.params["detail"])

    assert refusals == {"columns"}


def test_one_cut_short_is_damaged() -> None:
    content = written(COLUMNS)

    for size in (4, 8, 100, len(content) // 2, len(content) - 1):
        assert refusal(content[:size]).reason == "damaged-parquet"
