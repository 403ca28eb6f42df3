from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.api.badge import verdict_badge


def spoken(badge) -> str:
    return ET.fromstring(badge).attrib["aria-label"]


@pytest.mark.parametrize(
    ("verdict", "errors", "lang", "words"),
    [
        ("valid", 0, "fr", "données : valide"),
        ("invalid", 1, "fr", "données : 1 erreur"),
        ("invalid", 12345, "fr", "données : 12\u202f345 erreurs"),
        ("invalid", 12345, "en", "data : 12,345 errors"),
        ("unreadable", 0, "fr", "données : illisible"),
        ("no-schema", 0, "fr", "données : sans schéma"),
        ("failed", 0, "fr", "données : non vérifié"),
        (None, 0, "fr", "données : non vérifié"),
    ],
)
def test_the_badge_says_the_verdict(verdict, errors, lang, words):
    assert spoken(verdict_badge(verdict, errors=errors, lang=lang)) == words


def test_the_same_verdict_has_the_same_tag_and_another_one_another():
    one, same = (
        verdict_badge("valid", schema="scdl/prenoms"),
        verdict_badge("valid", schema="scdl/prenoms"),
    )
    assert one == same != verdict_badge("invalid", schema="scdl/prenoms")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"])))
def test_any_schema_name_is_escaped(name):
    ET.fromstring(verdict_badge("valid", schema=name))
