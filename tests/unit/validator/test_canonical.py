"""Canonical texts: same value, still accepted, nothing left to change."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.canonical import compile_canonical
from services.validator.engine.cells import compile_cell
from services.validator.engine.schema import FieldSpec

TYPES = ["string", "number", "integer", "boolean", "date", "datetime", "time", "year", "any"]
texts = st.one_of(
    st.text(max_size=20),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.from_regex(r"[+-]?[0-9]{1,6}([.,][0-9]{1,4})?(e[0-9])?", fullmatch=True),
    st.dates().map(date.isoformat),
    st.dates().map(lambda day: day.strftime("%d/%m/%Y")),
    st.datetimes().map(datetime.isoformat),
    st.sampled_from(["oui", "Non", "TRUE", "0", "1", " 12 ", "2024-01-01T10:00:00+02:00"]),
)
specs = st.builds(
    FieldSpec,
    name=st.just("champ"),
    type=st.sampled_from(TYPES),
    format=st.sampled_from(["default", "any", "%d/%m/%Y"]),
    constraints=st.sampled_from([{}, {"enum": ["1.0", "oui", "2"]}, {"pattern": "[0-9+]+"}]),
    options=st.sampled_from([{}, {"decimalChar": ","}, {"trueValues": ["oui"]}]),
)


@given(specs, texts)
def test_what_is_accepted_stays_accepted_with_the_same_value(spec, text):
    judge = compile_cell(spec, "champ")
    canonical = compile_canonical(spec, "champ")

    written = canonical(text)
    before = judge(text)

    if before.blank:
        assert written is None
        return
    after = judge(written)
    assert after.value == before.value
    assert bool(after.problems) == bool(before.problems)
    assert canonical(written) == written


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-1e9, max_value=1e9))
def test_equal_numbers_are_written_alike(number):
    canonical = compile_canonical(FieldSpec("n", "number"), "n")
    variants = {str(number), f"{number}0", f"+{number}" if number > 0 else f"{number}"}

    assert len({canonical(text) for text in variants}) == 1
    assert Decimal(canonical(str(number))) == number


@pytest.mark.parametrize(
    ("kind", "options", "text", "written"),
    [
        ("number", {}, "1.50", "1.5"),
        ("number", {}, "1e3", "1000"),
        ("number", {}, "-0.0", "0"),
        ("number", {"decimalChar": ","}, "1,50", "1,50"),
        ("number", {}, "1e900", "1e900"),
        ("integer", {}, "007", "7"),
        ("boolean", {}, "1", "true"),
        ("boolean", {"trueValues": ["oui", "1"]}, "1", "oui"),
        ("date", {}, "2024-02-30", "2024-02-30"),
        ("datetime", {}, "2024-02-03 10:00:00", "2024-02-03T10:00:00"),
        ("datetime", {}, "2024-02-03T10:00:00Z", "2024-02-03T10:00:00+00:00"),
        ("string", {}, " a ", " a "),
    ],
)
def test_the_one_way_of_writing(kind, options, text, written):
    assert compile_canonical(FieldSpec("c", kind, options=options), "c")(text) == written


def test_a_date_in_free_form_becomes_iso():
    assert compile_canonical(FieldSpec("d", "date", "any"), "d")("3 mars 2024") == "2024-03-03"
