"""The corrected file of a report, over HTTP."""

from uuid import uuid4

from tests.integration.validator.conftest import Api


async def report_of(api: Api, content: bytes, name: str = "subventions 2023.csv") -> str:
    answer = await api.validate(content, name=name, schema="scdl/subventions")
    assert answer.status_code == 200, answer.text
    return answer.headers["content-location"].partition("?")[0]


async def test_what_cannot_be_wrong_is_mended_and_the_file_then_validates(
    api: Api, bad_subventions: bytes
) -> None:
    report = await report_of(api, bad_subventions.decode().encode("cp1252"))

    answer = await api.http.get(f"{report}/corrected")
    again = await api.validate(answer.content, schema="scdl/subventions")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "subventions%202023-corrige.csv" in answer.headers["content-disposition"]
    assert b"2023-12-31" in answer.content
    assert again.json()["verdict"] == "valid"


async def test_every_change_is_listed_in_the_readers_language(
    api: Api, bad_subventions: bytes
) -> None:
    report = await report_of(api, bad_subventions)

    french = (await api.http.get(f"{report}/corrected", params={"format": "json"})).json()
    english = (
        await api.http.get(f"{report}/corrected", params={"format": "json", "lang": "en"})
    ).json()

    change = next(c for c in french["applied"] if c["field"] == "dateConvention")
    assert (change["before"], change["after"]) == ("31/12/2023", "2023-12-31")
    assert (french["errors_before"], french["errors_after"]) == (1, 0)
    assert french["summary"] != english["summary"]


async def test_a_file_that_was_not_checked_is_not_corrected(api: Api) -> None:
    answer = await api.validate(b"<!DOCTYPE html><html></html>", schema="scdl/subventions")
    report = answer.headers["content-location"].partition("?")[0]

    refused = await api.http.get(f"{report}/corrected")
    nowhere = await api.http.get(f"/api/validator/v1/reports/{uuid4()}/corrected")

    assert (refused.status_code, refused.json()["code"]) == (409, "not-correctable")
    assert nowhere.status_code == 404
