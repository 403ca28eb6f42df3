"""Rows of a checked file around its errors; the files that a town starts from."""

from tests.integration.validator.conftest import Api


async def test_rows_are_those_of_the_report_with_their_neighbours(
    api: Api, subventions: bytes
) -> None:
    header, good = subventions.decode("utf-8-sig").splitlines()[:2]
    wrong = good.replace(good.split(",")[0], "x" * 300, 1)
    lines = [header, *[good] * 7, wrong, *[good] * 5]
    answer = await api.validate("\n".join(lines).encode(), schema="scdl/subventions")
    report = answer.headers["content-location"].partition("?")[0]

    found = (await api.http.get(f"{report}/excerpt", params={"row": [9, 2], "around": 1})).json()

    assert found["labels"] == header.split(",")
    assert [(row["row"], row["line"]) for row in found["rows"]] == [
        (2, 2), (3, 3), (8, 8), (9, 9), (10, 10),
    ]  # fmt: skip
    faulty = found["rows"][3]["cells"][0]
    assert len(faulty) == 200
    assert faulty.endswith("x…")


async def test_no_more_rows_than_a_page_shows(api: Api, subventions: bytes) -> None:
    answer = await api.validate(subventions, schema="scdl/subventions")
    report = answer.headers["content-location"].partition("?")[0]

    refused = await api.http.get(f"{report}/excerpt", params={"row": list(range(2, 70))})

    assert refused.status_code == 422


async def test_what_is_no_table_has_no_rows_to_show(api: Api) -> None:
    answer = await api.validate(b"<!DOCTYPE html><html></html>", schema="scdl/subventions")
    report = answer.headers["content-location"].partition("?")[0]

    found = await api.http.get(f"{report}/excerpt", params={"row": 2})

    assert found.json() == {"labels": [], "rows": []}


async def test_every_schema_has_a_template_and_an_example_that_its_own_checks_accept(
    api: Api,
) -> None:
    listed = (await api.http.get(f"{api.url}/schemas")).json()["items"]

    for name in [schema["name"] for schema in listed if schema["kind"] == "tableschema"]:
        example = await api.http.get(f"{api.url}/schemas/{name}/example.csv")
        blank = await api.http.get(f"{api.url}/schemas/{name}/template.csv")

        assert blank.content.decode("utf-8-sig").count("\r\n") == 1
        assert "attachment" in example.headers["content-disposition"]
        verdict = (await api.validate(example.content, schema=name)).json()
        assert verdict["verdict"] == "valid", (name, verdict["errors"][:3])


async def test_the_workbook_is_read_from_its_first_sheet_and_explains_its_columns(
    api: Api,
) -> None:
    answer = await api.http.get(f"{api.url}/schemas/scdl/deliberations/template.xlsx")
    again = await api.http.get(f"{api.url}/schemas/scdl/deliberations/template.xlsx")

    report = (
        await api.validate(answer.content, name="modele.xlsx", schema="scdl/deliberations")
    ).json()

    assert answer.content == again.content
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert report["file"]["sheet"] == "Données"
    assert report["errors"] == []
    assert report["stats"]["fields"] == 17


async def test_what_describes_no_single_table_has_no_template(api: Api) -> None:
    for name in ("139bercy/format-commande-publique", "etalab/schema-irve"):
        for file in ("template.csv", "template.xlsx", "example.csv"):
            answer = await api.http.get(f"{api.url}/schemas/{name}/{file}")
            assert answer.status_code == 404
            assert answer.json()["code"] == "no-template"


async def test_patterns_of_a_schema_are_said_in_the_readers_words(api: Api) -> None:
    address = f"{api.url}/schemas/139bercy/format-commande-publique"
    french = (await api.http.get(address)).json()["shapes"]
    english = (await api.http.get(address, params={"lang": "en"})).json()["shapes"]

    assert french["^[0-9]{14}$"] == "14 chiffres"
    assert english["^[0-9]{14}$"] == "14 digits"
    assert french["^Marché$"] == "«\u00a0Marché\u00a0»"
