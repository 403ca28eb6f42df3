"""What holds for any file: never worse, nothing lost, and doing it again changes nothing."""

import io
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.validator.engine.readers import open_table
from services.validator.engine.repair import RepairOptions
from services.validator.engine.schema import compile_schema
from services.validator.engine.validation import read_hints
from tests.support.corrections import Corrected, correct, csv_bytes, validate

MANY = settings(
    max_examples=300, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip

FIELDS: list[dict[str, Any]] = [
    {"name": "DATE_DELIB", "type": "date", "constraints": {"required": True}},
    {"name": "fin", "type": "date"},
    {"name": "Montant", "type": "number", "constraints": {"maximum": 5000}},
    {"name": "nombre", "type": "integer", "constraints": {"required": True}},
    {"name": "siret", "type": "string", "constraints": {"pattern": r"^\d{14}$"}},
    {"name": "INSEE", "type": "string", "constraints": {"pattern": r"^\d[\dAB]\d{3}$"}},
    {"name": "actif", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
    {"name": "type", "type": "string", "constraints": {"enum": ["délibération", "arrêté", "A+"]}},
    {"name": "annee", "type": "year"},
    {"name": "quand", "type": "datetime"},
    {"name": "texte", "type": "string", "constraints": {"maxLength": 12}},
]
CHECKS: list[dict[str, Any]] = [
    {"name": "french-siret-value", "params": {"column": "siret"}},
    {"name": "compare-columns-value",
     "params": {"column": "DATE_DELIB", "column2": "fin", "op": "<="}},
    {"name": "one-of-required", "params": {"column1": "texte", "column2": "type"}},
]  # fmt: skip
TEXTS: list[str] = [
    "", " ", "2023-12-31", "31/12/2023", "03/04/2023", "12/31/2023", "31.12.23", "1er mai 2024",
    "20231231", "2023-12-31T00:00:00", "31/12/2023 14:30", "45291", "12", "12.0", "12,5", "1,234",
    "1,234.56", "1 234,50 €", "9\u202f999", "-1", "1", "0", "n/a", "NC", "Oui", "NON", "x", "o",
    "Délibération", "arrete", "a+", "a", "de\u0301libe\u0301ration", " arrêté ", "arrêté\u00a0",
    "21940028000018", "219 400 280 00018", "2,194E+13", "21940028000018.0", "5580120300013",
    "94028", "1004", "2a004", "01004", "2023", "2023.0", "2 023", "=1+1", 'un "mot"', "a;b", "a,b",
    "a\nb", "a\r\nb", "\ufeff", "\u200b", "�", "\t", "'", '"',
]  # fmt: skip
WRITTEN: dict[str, list[str]] = {
    "DATE_DELIB": ["2023-12-31", "31/12/2023", "03/04/2023", "12/31/2023", "31.12.23", "20231231"],
    "fin": ["2023-12-31", "1er mai 2024", "31/12/2023 00:00", "05/06/2022", "13/06/2022", "45291"],
    "Montant": ["12", "12,5", "1,234", "1,234.56", "1 234,50 €", "9\u202f999,0", "-1", "12 %"],
    "nombre": ["12", "12.0", "13,0", "1 234", "1.234", "13", "x"],
    "siret": [
        "21940028000018",
        "219 400 280 00018",
        "2,194E+13",
        "5580120300013",
        "05580120300013",
    ],
    "INSEE": ["94028", "1004", "2a004", "01004", "94 028", "9402", "94028.0"],
    "actif": ["oui", "Oui", "NON", "x", "o", "1", "0.0", "vrai"],
    "type": ["délibération", "Délibération", "arrete", "a+", "A", "arrêté ", "arrêt"],
    "annee": ["2023", "2023.0", "2 023", "31/12/2023"],
    "quand": ["2023-12-31T14:30:00", "31/12/2023 14:30", "31/12/2023", "12/31/2023 9h"],
    "texte": ["a", " a ", "e\u0301t\u0065\u0301", "a\u00a0b", "NC", " NC", ""],
}
LABELS = [
    "date_delib", "Date délib", " DATE_DELIB ", "montant", "MONTANT (€)", "Nombre", "SIRET",
    "Code INSEE", "Insee", "Actif", "types", "année", "", " ", "texte\u00a0", "\ufefffin",
    "Remarque", "sep=;", "a;b", "JOUR",
]  # fmt: skip


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    fields = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=6, unique_by=id))
    names = [field["name"] for field in fields]
    descriptor: dict[str, Any] = {"fields": fields}
    checks = draw(st.lists(st.sampled_from(CHECKS), max_size=3, unique_by=id))
    descriptor["custom_checks"] = checks
    if draw(st.booleans()):
        key = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
        descriptor["primaryKey"] = key
    if draw(st.booleans()):
        descriptor["missingValues"] = ["", "NC"]
    return descriptor


@st.composite
def columns(draw: st.DrawFn, field: dict[str, Any] | None, rows: int) -> list[str]:
    """A label, then cells: mostly what people write for such a field."""
    if field is None:
        label, usual = draw(st.sampled_from(LABELS)), TEXTS
    else:
        spellings = [field["name"], field["name"], field["name"].lower(), f" {field['name']} "]
        label, usual = draw(st.sampled_from(spellings)), WRITTEN[field["name"]]
    cell = st.one_of(
        st.sampled_from(usual), st.sampled_from(usual), st.sampled_from(TEXTS),
        st.text(st.characters(min_codepoint=9, exclude_categories=["Cs"]), max_size=5),
    )  # fmt: skip
    return [label, *draw(st.lists(cell, min_size=rows, max_size=rows))]


@st.composite
def tables(draw: st.DrawFn, descriptor: dict[str, Any]) -> list[list[str]]:
    present = draw(st.lists(st.sampled_from(descriptor["fields"]), min_size=1, unique_by=id))
    others = [None] * draw(st.integers(0, 2))
    count = draw(st.integers(0, 8))
    placed = draw(st.permutations([*present, *others]))
    rows = [list(cells) for cells in zip(*(draw(columns(f, count)) for f in placed), strict=True)]
    if draw(st.integers(0, 3)) == 0:
        for row in rows[1:]:
            del row[draw(st.integers(0, len(row))) :]
            row.extend(draw(st.lists(st.sampled_from(["", "z"]), max_size=2)))
    title = [["Commune de Créteil"]] if draw(st.integers(0, 5)) == 0 else []
    blank = [[""] * len(placed) for _ in range(draw(st.integers(0, 2)))]
    return [*title, *rows, *blank]


@st.composite
def files(draw: st.DrawFn) -> tuple[dict[str, Any], bytes]:
    descriptor = draw(schemas())
    rows = draw(tables(descriptor))
    end = draw(st.sampled_from(["\r\n", "\n"]))
    content = csv_bytes(rows, delimiter=draw(st.sampled_from(",;\t|")), end=end)
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"]))
    return descriptor, content.decode().encode(encoding, "replace")


def corrected(descriptor: dict[str, Any], content: bytes) -> Corrected:
    return correct(content, descriptor, options=RepairOptions(former_names={"JOUR": "fin"}))


@MANY
@given(files())
def test_a_corrected_file_is_never_worse_and_better_as_soon_as_a_value_changed(
    case: tuple[dict[str, Any], bytes],
) -> None:
    descriptor, content = case
    done = corrected(descriptor, content)
    if done.correction.outcome != "written":
        assert done.content == b""
        return
    before = validate(content, descriptor).stats.errors
    after = validate(done.content, descriptor).stats.errors
    assert (before, after) == (done.correction.errors_before, done.correction.errors_after)
    assert after <= before
    if any(value_changed(change.rule) for change in done.correction.applied):
        assert after < before


def value_changed(rule: str) -> bool:
    return rule in {
        "dates", "numbers", "years", "booleans", "choices", "letter-case", "identifiers",
    }  # fmt: skip


@MANY
@given(files())
def test_correcting_again_changes_nothing(case: tuple[dict[str, Any], bytes]) -> None:
    descriptor, content = case
    once = corrected(descriptor, content)
    if once.correction.outcome != "written":
        return
    twice = corrected(descriptor, once.content)
    assert twice.correction.outcome == "written"
    assert twice.content == once.content
    assert twice.correction.applied == ()


@MANY
@given(files())
def test_every_cell_is_kept_or_listed(case: tuple[dict[str, Any], bytes]) -> None:
    descriptor, content = case
    done = corrected(descriptor, content)
    if done.correction.outcome != "written":
        return
    before, after = rows_of(content, descriptor), rows_of(done.content, descriptor)
    removed = sum(change.rule == "blank-rows" for change in done.correction.applied)
    assert len(after) == len(before) - removed == done.correction.rows
    listed = {(c.row, c.column): (c.before, c.after) for c in done.correction.applied if c.row != 1}
    for row, (old, new) in enumerate(zip(before, after, strict=False), start=2):
        if not any(map(str.strip, old)):
            assert not any(new)
            continue
        untouched = [
            cell for column, cell in enumerate(old, start=1) if (row, column) not in listed
        ]
        kept = sorted(filter(str.strip, untouched))
        assert sorted(filter(str.strip, new)) == sorted([*kept, *final(row, listed)])


def final(row: int, listed: dict[tuple[int | None, int | None], tuple[Any, Any]]) -> list[str]:
    """What the last change of each cell made of it (`listed` keeps the last one)."""
    return [after for (place, _), (_, after) in listed.items() if place == row and after.strip()]


def rows_of(content: bytes, descriptor: dict[str, Any]) -> list[list[str]]:
    """The data rows as the engine reads them, whatever the dialect."""
    hints = read_hints(compile_schema(descriptor))
    table = open_table(io.BytesIO(content), "file.csv", hints)
    return [list(cells) for _, cells in table.records]
