from hypothesis import given
from hypothesis import strategies as st

from services.validator.storage.storable import storable

ANY = st.recursive(
    st.none() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
)


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def test_nul_and_halves_of_pairs_are_replaced_and_pairs_joined():
    assert storable({"a\0": ["b\ud800", "\ud83d\ude00", 1, None]}) == {
        "a\ufffd": ["b\ufffd", "😀", 1, None]
    }


@given(ANY)
def test_what_comes_out_is_storable_and_stays(value):
    once = storable(value)
    assert all("\0" not in text and text.encode() is not None for text in texts(once))
    assert storable(once) == once


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_sound_text_is_untouched(text):
    assert storable(text) == text
