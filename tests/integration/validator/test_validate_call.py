import asyncio
import json
from uuid import UUID, uuid4

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text

from shared.contracts.report import Report


async def test_a_good_file_is_valid_and_its_report_stays(api, subventions):
    answer = await api.validate(subventions, "subventions.csv", schema="scdl/subventions")
    assert answer.status_code == 200, answer.text
    report = TypeAdapter(Report).validate_json(answer.content)
    assert report.verdict == "valid", report.errors
    assert report.schema.name == "scdl/subventions"
    assert not report.detected
    assert report.file.name == "subventions.csv"
    again = await api.http.get(answer.headers["content-location"])
    assert again.json() == answer.json()


async def test_a_wrong_cell_is_found_where_it_is(api, bad_subventions):
    answer = await api.validate(bad_subventions, schema="scdl/subventions@latest")
    report = answer.json()
    assert report["verdict"] == "invalid"
    error = report["errors"][0]
    assert (error["code"], error["row"], error["field"]) == ("type-error", 2, "dateConvention")
    assert error["cell"] == "31/12/2023"
    assert report["errors_by_code"] == {"type-error": report["stats"]["errors"]}


async def test_without_a_schema_the_columns_tell(api, subventions):
    report = (await api.validate(subventions)).json()
    assert report["detected"]
    assert report["schema"]["name"] == "scdl/subventions"


async def test_a_table_that_nothing_describes_says_so(api):
    report = (await api.validate(b"zoz,ziz\n1,2\n")).json()
    assert report["schema"]["name"] is None
    assert report["errors"][0]["code"] == "no-schema"


async def test_a_page_is_unreadable(api):
    report = (await api.validate(b"<!doctype html><html></html>", "export.csv")).json()
    assert report["verdict"] == "unreadable"


async def test_the_report_speaks_english_when_asked(api, bad_subventions):
    french = await api.validate(bad_subventions, schema="scdl/subventions")
    english = await api.validate(bad_subventions, schema="scdl/subventions", lang="en")
    assert french.headers["content-language"] == "fr"
    assert english.headers["content-language"] == "en"
    assert french.json()["errors"][0]["message"] != english.json()["errors"][0]["message"]
    path = french.headers["content-location"].partition("?")[0]
    shown = await api.http.get(path, params={"lang": "en"})
    assert shown.json()["errors"] == english.json()["errors"]


async def test_an_unknown_schema_is_refused_with_the_nearest_name(api, subventions):
    answer = await api.validate(subventions, schema="scdl/subvention")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unknown-schema"
    assert "scdl/subventions" in answer.json()["detail"]


async def test_nothing_to_validate_is_said_plainly(api):
    for answer in (
        await api.http.post(f"{api.url}/validate"),
        await api.http.post(f"{api.url}/validate", json={"schema": "scdl/subventions"}),
        await api.http.post(f"{api.url}/validate", files={"file": ("", b"")}),
    ):
        assert answer.status_code == 422
        assert answer.json()["code"] == "input-missing"


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 422), (b"[]", 422), (b'"x"', 422), (b"[" * 60_000, 422), (b" " * 70_000, 413)],
)
async def test_malformed_json_is_refused(api, body, status):
    answer = await api.http.post(
        f"{api.url}/validate", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status


@pytest.mark.parametrize("fields", [{"schema": "a\0b"}, {"schema": "\\ud800"}])
async def test_what_is_no_text_is_refused(api, fields):
    body = json.dumps({"url": "http://a.fr/", **fields}).replace("\\\\ud800", "\\ud800")
    answer = await api.http.post(
        f"{api.url}/validate", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


async def test_a_malformed_form_is_a_400(api):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await api.http.post(f"{api.url}/validate", content=b"nonsense", headers=headers)
    assert answer.status_code in {400, 422}


async def test_too_large_a_file_is_refused_before_it_is_read(api, settings):
    answer = await api.validate(b"x" * (settings.max_file_bytes + 100_000))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too-large"


async def test_a_body_without_length_is_counted_as_it_comes(api, settings):
    sent = 0

    async def endless():
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        while sent < 50_000_000:
            sent += 65_536
            yield b"a" * 65_536

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await api.http.post(f"{api.url}/validate", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert not list(settings.store_dir.rglob("*/*/*"))


async def test_a_name_is_never_a_path_and_cells_may_hold_nul(api):
    content = b"nom,eleves\nab\0c,1\n"
    answer = await api.validate(content, "../../etc/pass\0wd.csv", schema="scdl/prenoms")
    assert answer.status_code == 200
    assert "/" not in answer.json()["file"]["name"]


async def test_the_same_content_is_checked_once(api, database, bad_subventions):
    first = await api.validate(bad_subventions, "un.csv", schema="scdl/subventions")
    async with database.begin() as session:
        await session.execute(
            text("update validator.reports set outcome = jsonb_set(outcome, '{stats,rows}', '77')")
        )
    second = await api.validate(bad_subventions, "deux.csv", schema="scdl/subventions")
    assert first.json()["stats"]["rows"] == 1
    assert second.json()["stats"]["rows"] == 77
    assert second.json()["file"]["name"] == "deux.csv"
    async with database.begin() as session:
        known = "select count(*) from validator.reports where reuse_key is not null"
        assert await session.scalar(text(known)) == 1


async def test_detected_and_declared_verdicts_do_not_mix(api, subventions):
    detected = (await api.validate(subventions)).json()
    declared = (await api.validate(subventions, schema="scdl/subventions")).json()
    again = (await api.validate(subventions)).json()
    assert [r["detected"] for r in (detected, declared, again)] == [True, False, True]


async def test_a_file_is_fetched_from_its_address(api, web):
    body = {"url": f"{web.url}/good", "schema": f"{web.url}/schema"}
    answer = await api.http.post(f"{api.url}/validate", json=body)
    assert answer.status_code == 200, answer.text
    report = answer.json()
    assert report["verdict"] == "valid", report["errors"]
    assert report["file"]["name"] == "ecoles.csv"
    assert report["schema"]["url"] == f"{web.url}/schema"
    assert report["schema"]["version"] == "0.1.0"


@pytest.mark.parametrize(
    ("url", "status", "code"),
    [
        ("http://169.254.169.254/latest", 422, "fetch-refused"),
        ("file:///etc/passwd", 422, "fetch-refused"),
        ("http://localhost/", 422, "fetch-refused"),
        ("{web}/nowhere", 422, "source-unavailable"),
        ("{web}/hang-up", 502, "fetch-failed"),
        ("{web}/endless", 413, "fetch-too-large"),
    ],
)
@pytest.mark.parametrize("what", ["url", "schema"])
async def test_an_address_that_leads_nowhere_good_is_refused(api, web, what, url, status, code):
    address = url.replace("{web}", web.url)
    if what == "schema" and code == "source-unavailable":
        status, code = 404, "unknown-schema"
    if what == "schema" and address.startswith("file:"):
        status, code = 422, "fetch-refused"
    body = {"url": f"{web.url}/good", "schema": "scdl/subventions", what: address}
    answer = await api.http.post(f"{api.url}/validate", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_schema_that_is_none_is_explained(api, web, subventions):
    answer = await api.validate(subventions, schema=f"{web.url}/bad_schema")
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid-schema"


@pytest.mark.parametrize("how", ["wait", "size", "url"])
async def test_what_takes_long_becomes_a_job(api, settings, web, subventions, how):
    if how == "url":
        body = {"url": f"{web.url}/good", "wait": False}
        answer = await api.http.post(f"{api.url}/validate", json=body)
    elif how == "wait":
        answer = await api.validate(subventions, wait="false")
    else:
        answer = await api.validate(subventions + b"\n" * settings.direct_max_bytes)
    assert answer.status_code == 202
    job = (await api.http.get(answer.headers["location"])).json()
    assert UUID(job["id"]) == UUID(answer.json()["id"])
    assert job["state"] == "queued"
    assert job["report_url"] is None


async def test_a_private_address_is_refused_even_without_waiting(api):
    body = {"url": "http://user:pw@10.0.0.1/", "wait": False}
    answer = await api.http.post(f"{api.url}/validate", json=body)
    assert answer.status_code == 422


async def test_a_bad_key_is_never_served_as_a_stranger(api, subventions):
    answer = await api.http.post(
        f"{api.url}/validate",
        files={"file": ("a.csv", subventions)},
        headers={"Authorization": "Bearer socle_wrong"},
    )
    assert answer.status_code == 401


async def test_many_callers_at_once_are_all_served(api, subventions):
    answers = await asyncio.gather(
        *(api.validate(subventions + b"\n" * n, schema="scdl/subventions") for n in range(40))
    )
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert sum(answer.status_code == 200 for answer in answers) >= 32


async def test_unknown_jobs_and_reports_are_404(api):
    for path in ("jobs", "reports"):
        answer = await api.http.get(f"{api.url}/{path}/{uuid4()}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
