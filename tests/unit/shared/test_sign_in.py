"""A signed-in person's token: made, read, altered, out of date."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.access.sign_in import LASTS, form_token, issue, read, same

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)


@given(st.uuids(), st.text(min_size=1))
def test_a_token_names_its_key_until_it_is_over(key_id: UUID, secret: str) -> None:
    token = issue(key_id, secret, now=NOW)
    assert read(token, secret, now=NOW) == key_id
    assert read(token, secret, now=NOW + LASTS - timedelta(seconds=1)) == key_id
    assert read(token, secret, now=NOW + LASTS) is None


@given(st.uuids(), st.data())
def test_an_altered_token_is_none(key_id: UUID, data: st.DataObject) -> None:
    token = issue(key_id, "secret", now=NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters(exclude_characters=token[place]))
    assert read(token[:place] + character + token[place + 1 :], "secret", now=NOW) is None


@given(st.text())
def test_any_text_is_no_token(text: str) -> None:
    assert read(text, "secret", now=NOW) is None


def test_another_installations_token_is_none() -> None:
    assert read(issue(UUID(int=1), "one", now=NOW), "other", now=NOW) is None


def test_a_form_belongs_to_one_visit() -> None:
    one, other = (issue(UUID(int=n), "secret", now=NOW) for n in (1, 2))
    assert same(form_token(one, "secret"), form_token(one, "secret"))
    assert not same(form_token(one, "secret"), form_token(other, "secret"))
