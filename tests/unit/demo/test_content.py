"""Every invented file against the official schema that it claims to follow."""

import csv
import gzip
import io
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from demo.catalogue import Resource, build
from demo.generators.archive import LARGE_SIZE
from demo.identifiers import luhn_sum
from demo.members import COMMUNES, EPT, MEMBERS
from demo.plan import PLAN
from demo.subjects import SUBJECTS
from demo.writing import csv_bytes
from tests.unit.demo.schema_rules import custom_codes, frictionless_codes


def _resources(*, state: int = 0) -> list[Resource]:
    return [one for dataset in build(94, state) for one in dataset.resources]


def _named(name: str, *, state: int = 0) -> Resource:
    (found,) = (one for one in _resources(state=state) if one.name == name)
    return found


CHECKED = [
    one
    for one in _resources()
    if one.expected in {"valid", "invalid"} and one.file.form != "large"  # has its own test
]


@pytest.mark.parametrize("resource", CHECKED, ids=lambda one: one.name)
def test_a_table_has_the_faults_that_the_manifest_expects(resource: Resource) -> None:
    assert resource.schema is not None

    content = csv_bytes(resource.table())
    found = frictionless_codes(content, resource.schema) | custom_codes(content, resource.schema)

    if resource.expected == "valid":
        assert found == set()
    else:
        assert resource.expected_errors
        assert resource.expected_errors <= found


@pytest.mark.parametrize("slug", [slug for slug, one in SUBJECTS.items() if one.schema])
def test_every_schema_of_the_socle_has_a_valid_file(slug: str) -> None:
    assert any(one.subject.slug == slug and one.expected == "valid" for one in _resources())


def test_the_large_file_is_valid_and_exceeds_its_size_by_little() -> None:
    large = _named("deliberations-maisons-alfort-2015-archives.csv")
    content = large.content()
    assert content is not None
    assert large.schema is not None

    assert LARGE_SIZE <= len(content) < LARGE_SIZE + 1_000_000
    lines = content.split(b"\r\n")
    sample = b"\r\n".join([lines[0], *lines[1:-1:50]]) + b"\r\n"
    assert frictionless_codes(sample, large.schema) | custom_codes(sample, large.schema) == set()
    identifiers = {line.split(b",")[2] for line in lines[1:-1]}
    assert len(identifiers) == len(lines) - 2


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    one, same, other = (
        [item.content() for dataset in build(seed)[:20] for item in dataset.resources]
        for seed in (7, 7, 8)
    )

    assert one == same
    assert one != other


def test_a_workbook_holds_real_dates_and_a_siret_that_is_text(tmp_path: Path) -> None:
    resource = _named("deliberations-ormesson-sur-marne-2025.xlsx")
    rows = _sheet(resource, tmp_path)

    header = [str(cell) for cell in rows[0]]
    assert tuple(header) == resource.table().header
    first = dict(zip(header, rows[1], strict=True))
    assert str(type(first["DELIB_DATE"]).__name__) == "date"
    assert first["COLL_SIRET"] == resource.member.siret
    assert isinstance(first["VOTE_EFFECTIF"], float)


def test_a_workbook_with_a_title_has_its_header_on_the_third_row(tmp_path: Path) -> None:
    resource = _named("deliberations-marolles-en-brie-2025.xlsx")
    rows = _sheet(resource, tmp_path)

    assert "exercice 2025" in str(rows[0][0])
    assert tuple(map(str, rows[2])) == resource.table().header


def test_an_opendocument_sheet_holds_the_table(tmp_path: Path) -> None:
    resource = _named("deliberations-perigny-2025.ods")
    rows = _sheet(resource, tmp_path)
    table = resource.table()

    assert [tuple(map(str, row)) for row in rows] == [table.header, *table.rows]


def _sheet(resource: Resource, folder: Path) -> list[list[object]]:
    path = folder / resource.name
    path.write_bytes(resource.content() or b"")
    return list(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python())


def test_a_windows_file_is_no_utf8_and_has_semicolons() -> None:
    resource = _named("deliberations-creteil-2024.csv")
    content = resource.content() or b""

    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    rows = list(csv.reader(io.StringIO(content.decode("cp1252")), delimiter=";"))
    assert tuple(rows[0]) == resource.table().header
    assert "é" in rows[1][0]


def test_a_flaw_is_mended_in_a_later_state() -> None:
    name = "deliberations-limeil-brevannes-2025.csv"
    before, after = _named(name), _named(name, state=1)

    assert (before.expected, after.expected) == ("invalid", "valid")
    assert after.modified > before.modified
    assert before.content() != after.content()


def test_the_members_have_well_formed_numbers_and_at_least_five_datasets() -> None:
    assert len(COMMUNES) == 12
    assert len({one.code for one in MEMBERS}) == len(MEMBERS) == 13
    for member in MEMBERS:
        assert luhn_sum(member.siren) == 0
        assert luhn_sum(member.siret) == 0
        assert member.siret.startswith(member.siren)
        assert len(PLAN[member.slug]) >= 5


def test_names_numbers_and_members_are_those_of_the_official_list() -> None:
    listed = {row["code"]: row for row in _official_list()}

    for member in {*MEMBERS, *EPT.communes}:
        row = listed[member.code]
        assert (member.name, member.siren) == (row["name"], row["siren"])
        assert member.population == int(row["population"])
    for commune in {*COMMUNES, *EPT.communes}:
        assert commune.postcode in listed[commune.code]["postal_codes"]
    assert listed[EPT.code]["kind"] == "ept"
    assert {one.code for one in EPT.communes} == {
        code for code, row in listed.items() if row["ept_code"] == EPT.code
    }


def _official_list() -> Iterator[dict[str, str]]:
    path = resources.files("services.catalogue.data").joinpath("territories.csv.gz")
    with path.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def test_the_files_of_the_ept_speak_of_all_its_communes_and_of_no_other() -> None:
    files = [one for one in _resources() if one.member == EPT]
    codes = {one.code for one in EPT.communes}
    postcodes = {one.insee_code: one.postcode for one in EPT.communes}

    assert len(files) == 5
    for file in files:
        table = file.table()
        column = {"irve": "code_insee_commune", "decheteries": "code_insee",
                  "collectes": "code_insee"}.get(file.subject.slug, "insee")  # fmt: skip
        place = table.column(column)
        named = {row[place] for row in table.rows}
        assert named == codes or (file.subject.slug == "decheteries" and named < codes)
        assert all(postcodes[row[place]] in " ".join(row) for row in table.rows) or (
            file.subject.slug in {"covoiturage", "collectes"}  # which write no postcode
        )
        assert "Commune de" not in str(table.rows)
