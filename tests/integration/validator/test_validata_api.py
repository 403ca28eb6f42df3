"""A client of Validata's API finds its parameters and its keys."""

from datetime import datetime, timedelta

import pytest

from tests.integration.validator.web import BAD

PATH = "/api/validator/validata/validate"
ENVELOPE = {"schema", "url", "options", "version", "date"}


async def test_get_with_addresses_gives_the_report(api, web):
    params = {"schema": f"{web.url}/schema", "url": f"{web.url}/good"}
    answer = await api.http.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert set(body) == {*ENVELOPE, "report"}
    assert (body["schema"], body["url"]) == (params["schema"], params["url"])
    assert body["options"] == {"ignore_header_case": "false", "include_resource_data": "false"}
    assert datetime.fromisoformat(body["date"]).utcoffset() in {
        timedelta(hours=1),
        timedelta(hours=2),
    }
    report = body["report"]
    assert set(report) == {"valid", "stats", "warnings", "errors"}
    assert report["valid"] is True
    assert set(report["stats"]) == {
        "errors", "warnings", "seconds", "fields", "rows", "rows_processed",
    }  # fmt: skip
    assert (report["stats"]["rows"], report["stats"]["fields"]) == (1, 2)


async def test_post_with_a_file_finds_the_cell(api, web):
    answer = await api.http.post(
        PATH, data={"schema": f"{web.url}/schema"}, files={"file": ("ecoles.csv", BAD)}
    )
    body = answer.json()
    assert body["url"] == "ecoles.csv"
    assert body["report"]["valid"] is False
    (error,) = body["report"]["errors"]
    assert error["message"]
    assert {key: value for key, value in error.items() if key != "message"} == {
        "title": "Format d'entier incorrect",
        "type": "type-error",
        "tags": ["#table", "#row", "#cell"],
        "rowNumber": 2,
        "fieldName": "eleves",
        "fieldNumber": 2,
        "cell": "beaucoup",
    }


async def test_a_schema_of_the_national_register_needs_no_network(api, subventions):
    url = "https://schema.data.gouv.fr/schemas/scdl/subventions/latest/schema.json"
    answer = await api.http.post(
        PATH, data={"schema": url}, files={"file": ("subventions.csv", subventions)}
    )
    assert answer.json()["report"]["valid"] is True, answer.text


@pytest.mark.parametrize(
    ("options", "valid"),
    [
        ({}, False),
        ({"ignore_header_case": "true"}, True),
        ({"ignore_header_case": "false"}, False),
        ({"header_case": "false"}, True),
        ({"header_case": "true"}, False),
    ],
)
async def test_the_case_of_headers_counts_unless_told_otherwise(api, web, options, valid):
    answer = await api.http.post(
        PATH,
        data={"schema": f"{web.url}/schema", **options},
        files={"file": ("a.csv", b"NOM,ELEVES\nJules Ferry,12\n")},
    )
    assert answer.json()["report"]["valid"] is valid
    assert answer.json()["options"]["ignore_header_case"] == str(valid).lower()


async def test_the_data_come_back_when_asked_for(api, web):
    answer = await api.http.post(
        PATH,
        data={"schema": f"{web.url}/schema", "include_resource_data": "true"},
        files={"file": ("a.csv", BAD)},
    )
    assert answer.json()["report"]["resource_data"] == [
        ["nom", "eleves"],
        ["Jules Ferry", "beaucoup"],
    ]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"schema": ""}, "schema-error"),
        ({"schema": "{web}/nowhere"}, "schema-error"),
        ({"schema": "file:///etc/passwd"}, "schema-error"),
        ({"url": ""}, "source-error"),
        ({"url": "{web}/nowhere"}, "source-error"),
        ({"url": "http://127.0.0.1:1/"}, "remote-source-error"),
        ({"url": "file:///etc/passwd"}, "remote-source-error"),
        ({"url": "/etc/passwd"}, "remote-source-error"),
        ({"url": "{web}/page"}, "format-error"),
    ],
)
async def test_what_cannot_be_checked_is_a_400_with_its_error(api, web, changed, kind):
    params = {"schema": "{web}/schema", "url": "{web}/good", **changed}
    answer = await api.http.get(
        PATH, params={name: value.replace("{web}", web.url) for name, value in params.items()}
    )
    assert answer.status_code == 400
    assert set(answer.json()) == {*ENVELOPE, "error"}
    assert set(answer.json()["error"]) == {"message", "type"}
    assert answer.json()["error"]["type"] == kind
    assert "root:" not in answer.text


async def test_an_invalid_schema_and_an_empty_file_are_reports(api, web):
    empty = await api.http.post(
        PATH, data={"schema": f"{web.url}/schema"}, files={"file": ("a.csv", b"")}
    )
    wrong = await api.http.get(
        PATH, params={"schema": f"{web.url}/bad_schema", "url": f"{web.url}/good"}
    )
    for answer, kind in ((empty, "source-error"), (wrong, "schema-error")):
        assert answer.status_code == 200, answer.text
        report = answer.json()["report"]
        assert report["valid"] is False
        assert report["stats"]["errors"] == 1
        assert report["errors"][0]["type"] == kind


async def test_a_missing_column_has_a_label_and_no_row(api, web):
    answer = await api.http.post(
        PATH, data={"schema": f"{web.url}/schema"}, files={"file": ("a.csv", b"eleves\n3\n")}
    )
    (error,) = answer.json()["report"]["errors"]
    assert error["type"] == "missing-label"
    assert error["tags"] == ["#table", "#header", "#label"]
    assert error["fieldName"] == "nom"
    assert "rowNumber" not in error


async def test_the_base_address_says_where_things_are(api):
    base = PATH.removesuffix("/validate")
    answer = await api.http.get(f"{base}/")
    documentation = await api.http.get(f"{base}/apidocs")

    assert answer.json()["validate_href"].endswith(PATH)
    assert (documentation.status_code, documentation.headers["location"]) == (307, "/docs")
