import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.schemas.versions import (
    is_prerelease,
    is_version,
    latest,
    version_key,
)


def test_numbers_compare_as_numbers_and_prereleases_come_before_their_release():
    in_order = ["0.5beta", "0.5", "0.10", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "v1.0.1", "1.1"]

    assert sorted(set(in_order), key=version_key) == in_order


@pytest.mark.parametrize(("one", "other"), [("v2.1.5", "2.1.5"), ("1.1", "1.1.0"), ("0", "0.0")])
def test_two_spellings_of_one_version_are_equal(one: str, other: str):
    assert version_key(one) == version_key(other)


def test_the_latest_is_a_release_where_there_is_one():
    assert latest(["1.0.0", "2.0.0-beta", "0.9"]) == "1.0.0"
    assert latest(["2.0.0-alpha", "2.0.0-beta"]) == "2.0.0-beta"


@pytest.mark.parametrize("text", ["main", "latest", "", "v", "9" * 41, "../1"])
def test_what_is_no_version_is_told(text: str):
    assert not is_version(text)


def test_a_prerelease_is_told():
    assert is_prerelease("0.7beta")
    assert not is_prerelease("v0.7")


@given(st.text(max_size=60))
def test_any_text_has_a_place_in_the_order(text: str):
    assert sorted([text, "1.0"], key=version_key)
