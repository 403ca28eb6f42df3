"""Patterns in words: what is said is true of the pattern, and brief."""

from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validator.engine.patterns import compile_pattern, patterns_in
from services.validator.engine.wording import pattern_tree as tree
from services.validator.engine.wording.shapes import describe_pattern, shape
from services.validator.schemas.register import SchemaRegister

SIGNS = {
    "digit": "0123456789",
    "upper": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "accent": "é",
    "space": " ",
    "any": "aZ9 é-",
}
KNOWN = {"insee": "94028", "date": "2024-03-15", "web": "https://"}


@pytest.mark.parametrize(
    ("pattern", "fr", "en"),
    [
        (r"^\d{14}$", "14 chiffres", "14 digits"),
        (
            r"^\d\.\d{1,2}$",
            "un chiffre, puis « . », puis 1 ou 2 chiffres",
            'one digit, then ".", then 1 or 2 digits',
        ),
        (r"^W\d{9}$", "« W », puis 9 chiffres", '"W", then 9 digits'),
        (
            r"^[0-9]{8}(\-[0-9])?$",
            "8 chiffres, puis éventuellement « - » et un chiffre",
            '8 digits, then possibly "-" and one digit',
        ),
        (
            r"^([013-9]\d|2[AB1-9])\d{3}-C-\d{3}$",
            "un code INSEE de commune, puis « -C- », puis 3 chiffres",
            'the INSEE code of a commune, then "-C-", then 3 digits',
        ),
        (
            r"(?:(?:^|\|)(Fixe|Itinérant))+$",
            "une ou plusieurs valeurs parmi « Fixe » ou « Itinérant », séparées par « | »",
            'one or more of "Fixe" or "Itinérant", separated by "|"',
        ),
        (
            r"^(PME|ETI|GE)(\|(PME|ETI|GE))*$",
            "une ou plusieurs valeurs parmi « PME », « ETI » ou « GE », séparées par « | »",
            'one or more of "PME", "ETI" or "GE", separated by "|"',
        ),
        (
            r"^[A-Z]+-\d+(\|[A-Z]+-\d+)*$",
            (
                "une ou plusieurs valeurs, séparées par « | », chacune ainsi : une ou plusieurs "
                "lettres majuscules, « - » et un ou plusieurs chiffres"
            ),
            (
                'one or more values, separated by "|", each like this: one or more capitals, "-" '
                "and one or more digits"
            ),
        ),
        (
            r"^(\+33|0)[1-9](\d\d){4}$",
            "« +33 » ou « 0 », puis un chiffre (1 à 9), puis 8 chiffres",
            '"+33" or "0", then one digit (1 to 9), then 8 digits',
        ),
        (
            r"^(\d+|N/A)$",
            "un ou plusieurs chiffres, ou bien « N/A »",
            'one or more digits, or else "N/A"',
        ),
        (r"^[^|;]+$", "un texte sans « | » ni « ; »", 'a text without "|" or ";"'),
        (r"^(M|F)$", "une valeur parmi « M » ou « F »", 'one of "M" or "F"'),
        (
            r"^[\w.]{3,}$",
            "au moins 3 caractères (lettres, chiffres, « . »)",
            'at least 3 characters (letters, digits, ".")',
        ),
        (
            r"^[a-fA-F0-9]{64}$",
            "64 caractères (chiffres, a à f, A à F)",
            "64 characters (digits, a to f, A to F)",
        ),
    ],
)
def test_a_pattern_is_said_in_words(pattern: str, fr: str, en: str) -> None:
    assert (shape(pattern, "fr") or "").replace("\u00a0", " ") == fr
    assert shape(pattern, "en") == en


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?i)abc",  # flags
        r"^(?=a)\w+$",  # look-around
        r"^(a|b)\1$",  # a reference back
        r"^[$-_]+$",  # a range that nobody knows by heart
        r"^a$b",  # an anchor in the middle
        r"^(\w+ )*x$",  # a part that comes again
        r"^([A-Z]\d-[a-z]\.\d{2}/[A-Z],[a-z];\d)$",  # longer in words
        "(",  # no pattern
    ],
)
def test_what_words_would_not_make_clearer_keeps_its_pattern(pattern: str) -> None:
    assert shape(pattern, "fr") is None
    said = describe_pattern({"pattern": pattern, "example": "x1"}, "y", "fr")
    assert said["shape"].replace("\u00a0", " ") == f"motif « {pattern} »"
    assert said["shape_example"] == "Par exemple x1."


@pytest.mark.parametrize(
    ("cell", "spoilt"),
    [("2,194E+13", True), ("2.1940028E+13", True), ("2E+13", True), ("21940028", False)],
)
def test_what_a_spreadsheet_made_of_a_number_is_said(cell: str, *, spoilt: bool) -> None:
    params = {"pattern": r"^\d{14}$", "example": "21940028000018"}

    said = describe_pattern(params, cell, "fr")["shape_example"]

    assert ("mettez la colonne au format texte" in said) is spoilt
    assert ("Par exemple" in said) is not spoilt


def test_a_long_list_names_its_first_values_and_their_number() -> None:
    values = [f"valeur numéro {n}" for n in range(30)]

    said = shape(f"^({'|'.join(values)})$", "fr")

    assert said is not None
    assert said.startswith("une valeur parmi «\u00a0valeur numéro 0\u00a0», ")
    assert said.endswith(" … (30 en tout)")
    assert len(said) < 320


@cache
def uses() -> Counter[str]:
    """The patterns of the national schemas and how many fields have each."""
    register = SchemaRegister.open()
    found: Counter[str] = Counter()
    for entry in register.list():
        found.update(patterns_in(register.get(entry.name).descriptor))
    return found


def test_nearly_all_fields_of_the_national_schemas_are_said_in_words() -> None:
    said = sum(number for pattern, number in uses().items() if shape(pattern, "fr"))

    assert said / uses().total() > 0.9


def texts(parts: tuple[tree.Part, ...]) -> st.SearchStrategy[str]:
    """What somebody would write who only read the words."""
    return st.tuples(*map(written, parts)).map("".join)


def written(part: tree.Part) -> st.SearchStrategy[str]:
    match part:
        case tree.Text(text):
            found = st.just(text)
        case tree.Known(name):
            found = st.just(KNOWN[name])
        case tree.OneOf(values):
            found = st.sampled_from(values)
        case tree.Maybe(parts):
            found = st.just("") | texts(parts)
        case tree.Either(ways):
            found = st.one_of([texts(way) for way in ways])
        case tree.Several(parts, separator):
            found = st.lists(texts(parts), min_size=1, max_size=3).map(separator.join)
        case tree.Letters():
            most = part.least + 3 if part.most is None else part.most
            found = st.text(st.sampled_from(signs(part)), min_size=part.least, max_size=most)
    return found


def signs(part: tree.Letters) -> str:
    told = "".join(SIGNS[kind] for kind in part.kinds) + part.others
    for first, last in part.ranges:
        told += "".join(map(chr, range(ord(first), ord(last) + 1)))
    return "".join(sign for sign in SIGNS["any"] if sign not in told) if part.but else told


@given(data=st.data())
def test_who_follows_the_words_satisfies_the_pattern(data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(sorted(filter(tree.read, uses()))))
    text = data.draw(texts(tree.read(pattern) or ()))

    assert compile_pattern(pattern, "test")(text), (pattern, text, shape(pattern, "fr"))
