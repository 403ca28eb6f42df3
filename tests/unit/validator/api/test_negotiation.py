import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.api.negotiation import best_form, wanted_lang


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/html", "html"),
        ("TEXT/CSV", "csv"),
        ("text/html;q=0", "json"),
        ("text/csv;q=0.2,application/json;q=0.3", "json"),
        ("text/csv,text/html", "csv"),
        ("text/*", "html"),
        ("text/html;q=0.9;level=1,text/csv;charset=utf-8", "csv"),
    ],
)
def test_the_best_form_is_chosen(accept, form):
    assert best_form(accept) == form


@given(st.text())
def test_any_header_gives_a_form_and_any_text_a_language(text):
    assert best_form(text) in {"json", "html", "csv"}
    assert wanted_lang(text) in {"fr", "en"}
