"""Reports in their forms, badges, the register, readiness."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import text

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
async def report_path(api, bad_subventions):
    answer = await api.validate(bad_subventions, "<b>mairie.csv", schema="scdl/subventions")
    return answer.headers["content-location"].partition("?")[0]


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/csv", "text/csv"),
        ("text/csv;q=0.5, text/html;q=0.9", "text/html"),
        ("*/*", "application/json"),
        ("image/png", "application/json"),
        ("text/html;q=zero, text/csv", "text/csv"),
    ],
)
async def test_a_report_comes_in_the_form_that_is_accepted(api, report_path, accept, media):
    answer = await api.http.get(report_path, headers={"Accept": accept})
    assert answer.headers["content-type"].startswith(media)
    assert "Accept" in answer.headers["vary"]


async def test_the_page_holds_the_verdict_and_no_markup_of_the_file(api, report_path):
    answer = await api.http.get(report_path, params={"format": "html"})
    assert "31/12/2023" in answer.text
    assert "<b>mairie" not in answer.text
    assert "mairie" in answer.text
    assert "script" not in answer.headers["content-security-policy"]
    assert 'lang="fr"' in answer.text


async def test_the_csv_has_one_line_per_error(api, report_path):
    answer = await api.http.get(report_path, headers={"Accept": "text/csv"})
    assert answer.text.startswith("\ufeff")
    report = (await api.http.get(report_path)).json()
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == len(report["errors"]) + len(report["warnings"])
    assert rows[0]["cell"] == "31/12/2023"


async def test_the_badge_of_a_report_counts_its_errors_and_is_cacheable(api, report_path):
    params = {"report": report_path.rpartition("/")[2]}
    answer = await api.http.get(f"{api.url}/badge.svg", params=params)
    assert answer.headers["content-type"] == "image/svg+xml"
    root = ET.fromstring(answer.text)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == "scdl/subventions : 1 erreur"
    assert root.find(f"{SVG}title").text == root.attrib["aria-label"]
    same = await api.http.get(
        f"{api.url}/badge.svg", params=params, headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (same.status_code, same.content) == (304, b"")


async def test_a_resource_never_checked_has_a_badge_that_says_so(api):
    params = {"resource": "00000000-0000-0000-0000-000000000000", "lang": "en"}
    answer = await api.http.get(f"{api.url}/badge.svg", params=params)
    assert answer.status_code == 200
    assert "not checked" in answer.text


@pytest.mark.parametrize(
    "query", ["", "?resource=x", "?report=00000000-0000-0000-0000-000000000000"]
)
async def test_a_badge_of_nothing_is_an_error(api, query):
    assert (await api.http.get(f"{api.url}/badge.svg{query}")).status_code in {404, 422}


async def test_the_register_is_listed_and_shown(api):
    listed = (await api.http.get(f"{api.url}/schemas")).json()
    names = [schema["name"] for schema in listed["items"]]
    assert "scdl/deliberations" in names
    assert names == sorted(names)
    shown = (await api.http.get(f"{api.url}/schemas/scdl/deliberations")).json()
    assert shown["version"] == shown["latest"]
    assert shown["descriptor"]["fields"]
    oldest = shown["versions"][-1]["version"]
    answer = await api.http.get(f"{api.url}/schemas/scdl/deliberations", params={"version": oldest})
    assert answer.json()["version"] == oldest


async def test_an_unknown_schema_is_404_with_a_suggestion(api):
    answer = await api.http.get(f"{api.url}/schemas/scdl/deliberation")
    assert answer.status_code == 404
    assert "scdl/deliberations" in answer.json()["detail"]


async def test_columns_are_matched(api):
    columns = ["COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_OBJET", "DELIB_URL"]
    found = (await api.http.post(f"{api.url}/schemas/match", json={"columns": columns})).json()
    assert found["best"]["name"] == "scdl/deliberations"
    none = (await api.http.post(f"{api.url}/schemas/match", json={"columns": ["zoz"]})).json()
    assert none["best"] is None
    assert none["reason"]
    refused = await api.http.post(f"{api.url}/schemas/match", json={"columns": []})
    assert refused.status_code == 422


async def test_a_file_is_matched_by_its_columns_and_nothing_of_it_is_kept(
    api, database, settings, subventions
):
    async def matched(content: bytes, name: str) -> dict:
        answer = await api.http.post(
            f"{api.url}/schemas/match/file", files={"file": (name, content)}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    found = await matched(subventions, "aides.csv")
    none = await matched(b"zoz,ziz\n1,2\n", "zoz.csv")
    no_table = await matched(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "notice.csv")

    assert found["best"]["name"] == "scdl/subventions"
    assert (none["best"], no_table["best"]) == (None, None)
    assert "PDF" in no_table["reason"]
    async with database.begin() as session:
        assert await session.scalar(text("select count(*) from validator.reports")) == 0
    assert [path for path in settings.store_dir.rglob("*") if path.is_file()] == []


async def test_a_file_to_match_is_there_and_is_not_too_large(api):
    url = f"{api.url}/schemas/match/file"

    nothing = await api.http.post(url, data={"lang": "fr"})
    large = await api.http.post(url, files={"file": ("f.csv", b"a" * (5 * 1024 * 1024 + 70_000))})

    assert (nothing.status_code, nothing.json()["code"]) == (422, "input-missing")
    assert large.status_code == 413


async def test_ready_means_database_queue_and_migrations(api, database):
    answer = await api.http.get("/ready")
    assert answer.status_code == 200, answer.text
    assert set(answer.json()["checks"]) == {"database", "queue", "migrations"}
    async with database.begin() as session:
        newest = await session.scalar(text("select version_num from validator.alembic_version"))
        await session.execute(text("update validator.alembic_version set version_num = '0000'"))
    try:
        late = await api.http.get("/ready")
    finally:
        async with database.begin() as session:
            await session.execute(
                text("update validator.alembic_version set version_num = :newest"),
                {"newest": newest},
            )
    assert late.status_code == 503
    assert "0000" in late.json()["checks"]["migrations"]


async def test_a_page_of_another_site_may_call(api):
    answer = await api.http.get(
        f"{api.url}/schemas/scdl/deliberations", headers={"Origin": "https://ville.example"}
    )
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


async def test_every_call_is_described(api):
    document = (await api.http.get("/api/validator/openapi.json")).json()
    body = document["paths"]["/api/validator/v1/validate"]["post"]["requestBody"]
    assert set(body["content"]) == {"multipart/form-data", "application/json"}
