import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.validator.schemas.columns import close_pairs, normal_name
from services.validator.schemas.match import THRESHOLD, SchemaMatcher
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister


@pytest.fixture(scope="module")
def register() -> SchemaRegister:
    return SchemaRegister.open()


@pytest.fixture(scope="module")
def matcher(register: SchemaRegister) -> SchemaMatcher:
    return SchemaMatcher.of_register(register)


def schema(name: str, version: str, *fields: dict[str, object]) -> Schema:
    return Schema(name=name, version=version, title=name, descriptor={"fields": list(fields)})


def column(name: str, *, required: bool = False, **constraints: object) -> dict[str, object]:
    return {"name": name, "constraints": {"required": required, **constraints}}


def test_every_built_in_version_is_recognised_by_its_own_columns_in_any_order(
    register: SchemaRegister, matcher: SchemaMatcher
):
    shuffle = random.Random(94).shuffle
    for entry in register.list():
        for version in entry.versions:
            sets = register.column_sets(entry.name, version.version)
            if not sets:
                continue  # a package: its tables are schemas of their own
            columns = list(sets[0].names)
            shuffle(columns)
            best = matcher.match(columns, document=entry.kind == "jsonschema").best
            expected = None if entry.withdrawn else entry.name

            assert best is not None
            assert expected is None or best.name == expected, (entry.name, version.version)


def test_versions_with_the_same_columns_give_the_newest(
    register: SchemaRegister, matcher: SchemaMatcher
):
    columns = register.get("scdl/deliberations", "2.1.1").field_names
    best = matcher.match(columns).best

    assert best is not None
    assert (best.name, best.version, best.score) == ("scdl/deliberations", "2.1.5", 1.0)


def test_columns_of_an_older_version_give_the_newest_version_that_has_just_them(
    register: SchemaRegister, matcher: SchemaMatcher
):
    best = matcher.match(register.get("scdl/subventions", "2.0.0").field_names).best

    assert best is not None
    assert best.version == "2.0.2"


def test_case_accents_and_separators_do_not_hide_a_schema(matcher: SchemaMatcher):
    header = ["Commune Nom", "coll-insee", "ENFANT_SEXE ", "Enfant Prénom", "NOMBRE.OCCURRENCES"]
    result = matcher.match([*header, "année"])

    assert result.best is not None
    assert (result.best.name, result.best.score) == ("scdl/prenoms", 1.0)


def test_a_misspelt_column_is_named_with_the_one_that_was_meant(matcher: SchemaMatcher):
    header = ["COMMUNE_NOM", "COLL_INSEE", "ENFANT_SEXE", "ENFANT_PRENON", "NOMBRE_OCCURENCES"]
    best = matcher.match([*header, "ANNEE", "remarque"]).best

    assert best is not None
    assert set(best.misspelt) == {
        ("ENFANT_PRENON", "ENFANT_PRENOM"),
        ("NOMBRE_OCCURENCES", "NOMBRE_OCCURRENCES"),
    }
    assert (best.missing_required, best.extra) == ((), ("remarque",))


def test_the_reason_says_in_french_what_was_found_missing_and_unknown(
    register: SchemaRegister, matcher: SchemaMatcher
):
    columns = [c for c in register.get("scdl/subventions").field_names if c != "montant"]

    assert matcher.match([*columns, "service"]).reason == (
        "15 colonnes sur 16 sont celles de « Subventions attribuées » (scdl/subventions) ; "
        "absentes alors qu'obligatoires : montant ; inconnues du schéma : service."
    )


def test_a_lost_required_column_costs_more_than_a_lost_optional_one(
    register: SchemaRegister, matcher: SchemaMatcher
):
    columns = register.get("scdl/deliberations").field_names
    scores = {}
    for lost in ("DELIB_OBJET", "PREF_DATE"):
        best = matcher.match([name for name in columns if name != lost]).best
        assert best is not None
        scores[lost] = best.score

    assert scores["DELIB_OBJET"] < scores["PREF_DATE"] < 1


@pytest.mark.parametrize(
    "header",
    [
        [],
        [""],
        ["nom", "insee", "adresse"],
        ["id", "titre", "description", "url", "licence"],
        ["<!DOCTYPE html>"],
        ["Xlong", "Ylat", "nom", "type", "date_maj", "horaires"],
    ],
)
def test_common_columns_alone_say_nothing(matcher: SchemaMatcher, header: list[str]):
    result = matcher.match(header)

    assert result.best is None
    assert result.reason.startswith("Auc")


def test_many_unknown_columns_lower_the_score(register: SchemaRegister, matcher: SchemaMatcher):
    columns = list(register.get("scdl/prenoms").field_names)
    alone = matcher.match(columns).best
    drowned = matcher.match([*columns, *(f"zzz{n}" for n in range(60))]).best

    assert alone is not None
    assert drowned is None or drowned.score < alone.score - 0.2


def test_a_rare_column_says_more_than_a_common_one():
    matcher = SchemaMatcher(
        [
            schema("a/parcs", "1.0", column("nom"), column("insee"), column("nb_places")),
            schema("a/aires", "1.0", column("nom"), column("insee"), column("nb_lits")),
            schema("a/autre", "1.0", column("nom"), column("insee"), column("surface")),
        ]
    )
    scores = {}
    for missing in ("nom", "nb_lits"):
        result = matcher.match([name for name in ("nom", "insee", "nb_lits") if name != missing])
        nearest = result.best or result.runner_up
        assert nearest is not None
        scores[missing] = nearest.score

    assert scores["nb_lits"] < scores["nom"] - 0.1


def test_the_newest_of_equal_versions_wins_in_whatever_order_they_come():
    versions = [schema("a/parcs", v, column("nom"), column("places")) for v in ("1.9", "1.10")]
    found = {
        best.version
        for order in (versions, versions[::-1])
        if (best := SchemaMatcher(order).match(["nom", "places"]).best)
    }

    assert found == {"1.10"}


def test_rows_decide_between_schemas_with_the_same_columns():
    names = ("code", "libelle", "etat")
    matcher = SchemaMatcher(
        [
            schema("a/feux", "1.0", *map(column, names[:2]), column("etat", enum=["vert"])),
            schema("a/ponts", "1.0", *map(column, names[:2]), column("etat", enum=["ouvert"])),
        ]
    )
    winners = {
        cell: best.name
        for cell in ("vert", "ouvert")
        if (best := matcher.match(names, [["1", "x", cell]]).best)
    }

    assert winners == {"vert": "a/feux", "ouvert": "a/ponts"}


def test_a_pattern_that_cannot_run_in_linear_time_is_no_evidence():
    matcher = SchemaMatcher(
        [
            schema("a/un", "1.0", column("code", pattern=r"(a+)+\1$"), column("b")),
            schema("a/deux", "1.0", column("code"), column("b")),
        ]
    )

    assert matcher.match(["code", "b"], [["a" * 5000 + "!", ""]]).best is not None


def test_a_hostile_header_is_answered_quickly(matcher: SchemaMatcher):
    header = [f"colonne_{n}_{'x' * 500}" for n in range(20_000)]

    assert matcher.match(header).best is None


@settings(max_examples=50)
@given(st.lists(st.text(max_size=30), max_size=30), st.lists(st.lists(st.text(max_size=10))))
def test_any_header_is_answered_and_scores_stay_between_zero_and_one(
    header: list[str], rows: list[list[str]]
):
    matcher = SchemaMatcher([schema("a/b", "1.0", column("nom", required=True), column("code"))])
    result = matcher.match(header, rows)

    if result.best is not None:
        assert THRESHOLD <= result.best.score <= 1


@given(st.text(max_size=40))
def test_a_normal_name_is_stable(name: str):
    assert normal_name(normal_name(name)) == normal_name(name)


def test_each_name_is_paired_once_with_its_closest():
    assert close_pairs(["montantt", "montant2"], ["montants"]) == {"montantt": "montants"}
    assert close_pairs(["ids"], ["id1"]) == {}
