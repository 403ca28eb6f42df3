"""French as it is printed."""

from hypothesis import given
from hypothesis import strategies as st

from shared.typography import typeset


def test_french_signs_never_begin_a_line() -> None:
    assert typeset("Erreurs : « 3 » ? 12 % !") == (
        "Erreurs\u00a0: «\u00a03\u00a0»\u00a0? 12\u00a0%\u00a0!"
    )
    assert typeset("« Délibérations ».") == "«\u00a0Délibérations\u00a0»."
    assert typeset("(« ponctuelle »), 12 €.") == "(«\u00a0ponctuelle\u00a0»), 12\u00a0€."


def test_addresses_hours_and_names_stay_as_they_are() -> None:
    for text in ("10:30 https://x.fr/?a=1", "{name} :deux", "100 %25"):
        assert typeset(text) == text


@given(st.text("« »:;?!%€ a1\n", max_size=30))
def test_only_spaces_change_and_once(text: str) -> None:
    done = typeset(text)

    assert done.replace("\u00a0", " ") == text.replace("\u00a0", " ")
    assert typeset(done) == done
