"""Broken files of every format: a table or a refusal in plain words, never anything else."""

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.validator.engine.findings import Finding
from services.validator.engine.readers import open_table
from services.validator.engine.table import ReadHints, UnreadableError
from services.validator.engine.wording.outcomes import SOURCE
from services.validator.engine.wording.render import render
from tests.support.corpora import sound_files, unzipped, zipped

FILES = sound_files()
PACKED = [name for name, content in FILES.items() if content.startswith(b"PK")]
# The Parquet library may end its process on a damaged page: see test_a_crash_harms_nobody.
SAFE = [name for name in FILES if name != "table.parquet"]
HINTS = ReadHints(
    names=frozenset({"nom", "ville"}), geometries={"lieu": "geopoint", "forme": "geojson"}
)
EXTREMES = [0x00, 0x01, 0x7F, 0x80, 0xFF, *b'"<>{}[],;\n\r']

UNFILLED = re.compile(r"\{[a-z_]+\}")
"""A place of the message that was left as the template has it; the file's own braces are none."""

Change = Callable[[bytes], bytes]


def overwrite(place: float, value: int) -> Change:
    def change(content: bytes) -> bytes:
        at = int(place * len(content))
        return content[:at] + bytes([value]) + content[at + 1 :]

    return change


def cut(place: float, size: int) -> Change:
    def change(content: bytes) -> bytes:
        at = int(place * len(content))
        return content[:at] + content[at + size :]

    return change


def again(place: float, size: int) -> Change:
    def change(content: bytes) -> bytes:
        at = int(place * len(content))
        return content[: at + size] + content[at:]

    return change


def keep(place: float) -> Change:
    return lambda content: content[: int(place * len(content))]


PLACES = st.floats(0, 1, exclude_max=True)
SIZES = st.integers(1, 64)
CHANGES = st.lists(
    st.one_of(
        st.builds(overwrite, PLACES, st.sampled_from(EXTREMES) | st.integers(0, 255)),
        st.builds(cut, PLACES, SIZES),
        st.builds(again, PLACES, SIZES),
        st.builds(keep, PLACES),
    ),
    min_size=1,
    max_size=6,
)


def check(content: bytes, name: str) -> None:
    """What every reader promises of any bytes."""
    try:
        table = open_table(io.BytesIO(content), name, HINTS)
        texts = [*table.labels]
        last = 0
        for line, cells in table.records:
            assert line >= last
            last = line
            texts.extend(cells)
        findings = [*table.errors, *table.warnings, *table.late]
    except UnreadableError as error:
        findings = [Finding("source-error", error.reason, params=error.params)]
        texts = []
    for text in texts:
        assert type(text) is str
        text.encode()
    for finding in findings:
        assert finding.code != "source-error" or finding.reason in SOURCE
        message, hint = render(finding, "fr")
        assert not UNFILLED.search(message)
        assert hint


@pytest.mark.parametrize("name", list(FILES))
def test_the_sound_files_are_tables(name: str) -> None:
    table = open_table(io.BytesIO(FILES[name]), name, HINTS)

    assert table.labels[0] == "nom"
    assert next(iter(table.records))[1][0] == "Été"


@given(st.sampled_from(SAFE), CHANGES)
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_changed_bytes_are_no_defect(name: str, changes: list[Change]) -> None:
    content = FILES[name]
    for change in changes:
        content = change(content)

    check(content, name)


@given(st.sampled_from(PACKED), CHANGES, st.data())
@settings(max_examples=600, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_changed_members_of_an_archive_are_no_defect(
    name: str, changes: list[Change], data: st.DataObject
) -> None:
    members = unzipped(FILES[name])
    member = data.draw(st.sampled_from(list(members)))
    for change in changes:
        members[member] = change(members[member])

    check(zipped(members), name)


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\x1f\x8b\x08", b"\xff\xfe", b"[{", b'{"a":']),
    st.sampled_from(["f", "f.csv", "f.json", "f.tsv", "f.jsonl"]),
)
@example(content=b"\xff\xfea", lead=b"", name="f.csv")
@example(content=b"\n\x01,\x01", lead=b"[{", name="f.csv")
@settings(max_examples=400, deadline=None)
def test_no_bytes_are_a_defect(content: bytes, lead: bytes, name: str) -> None:
    check(lead + content, name)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=5)
            | st.dictionaries(st.sampled_from(["nom", "features", "type", "data", "é"]), inner)
        ),
        max_leaves=30,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_table_or_refused(value: Any) -> None:
    check(json.dumps(value).encode(), "f.json")
