"""Names of earlier versions: what proves that a column is the same."""

from typing import Any

from services.validator.engine.repair import former_names


def schema(*fields: tuple[str, str, str]) -> dict[str, Any]:
    return {"fields": [{"name": n, "title": t, "description": d} for n, t, d in fields]}


NOW = schema(("menuDate", "Date du menu", "Jour"), ("menuNom", "Nom", "Nom du menu"))


def test_the_same_title_and_description_make_the_same_column() -> None:
    before = schema(("menu_jour", "Date du menu", "Jour"), ("nom", "Nom", "Nom du menu"))
    assert former_names([before], NOW) == {"menu_jour": "menuDate", "nom": "menuNom"}


def test_a_title_alone_proves_nothing() -> None:
    assert former_names([schema(("jour", "Date du menu", "Autre"))], NOW) == {}


def test_a_title_that_two_columns_share_proves_nothing() -> None:
    before = schema(("a", "Date du menu", "Jour"), ("b", "Date du menu", "Jour"))
    assert former_names([before], NOW) == {}


def test_a_name_that_is_still_in_use_is_no_former_name() -> None:
    assert former_names([schema(("menuNom", "Date du menu", "Jour"))], NOW) == {}


def test_versions_that_disagree_leave_the_name_out() -> None:
    first = schema(("champ", "Date du menu", "Jour"))
    second = schema(("champ", "Nom", "Nom du menu"))
    assert former_names([first, second], NOW) == {}


def test_what_is_no_schema_has_no_names() -> None:
    assert former_names([{}, {"fields": None}, {"fields": [1, {"name": 2}]}], NOW) == {}
