import pytest

from services.validator.models.notice import Notice

PARAMS = {"declared": "ville/inconnu", "used": "2.1"}


@pytest.mark.parametrize("code", ["declared-schema-unknown", "declared-version-unknown"])
def test_a_notice_speaks_both_languages_and_survives_storage(code):
    notice = Notice(code, PARAMS)
    assert Notice.from_json(notice.to_json()) == notice
    french, english = notice.in_words("fr"), notice.in_words("en")
    assert french.code == english.code == code
    assert "ville/inconnu" in french.message
    assert {french.title, french.message, french.hint}.isdisjoint(
        {english.title, english.message, english.hint}
    )
