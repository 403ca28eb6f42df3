"""Downloads, pages for people, states, and the command that serves them."""

import asyncio
import signal
import sys
import urllib.request
from pathlib import Path

import httpx2
import pytest

from demo import manifest

DELIBERATIONS = "/fichiers/creteil/deliberations-creteil-2025.csv"


async def test_an_unchanged_file_is_not_sent_again(portal: httpx2.AsyncClient) -> None:
    first = await portal.get(DELIBERATIONS)
    etag, date = first.headers["etag"], first.headers["last-modified"]

    by_tag = await portal.get(DELIBERATIONS, headers={"If-None-Match": f'"other", W/{etag}'})
    by_date = await portal.get(DELIBERATIONS, headers={"If-Modified-Since": date})
    changed = await portal.get(DELIBERATIONS, headers={"If-None-Match": '"other"'})

    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert by_date.status_code == 304
    assert changed.content == first.content


@pytest.mark.parametrize(
    ("path", "status", "start"),
    [
        ("/fichiers/mandres-les-roses/subventions-mandres-les-roses-2025.csv", 404, b"Fichier"),
        ("/fichiers/boissy-saint-leger/subventions-boissy-saint-leger-2025.csv", 200, b"<!DOC"),
        ("/fichiers/marolles-en-brie/prenoms-marolles-en-brie-2025.csv", 200, b""),
        ("/fichiers/creteil/prenoms-creteil-2025.pdf", 200, b"%PDF-1.4"),
        ("/fichiers/boissy-saint-leger/arbres-boissy-saint-leger-2025.zip", 200, b"PK\x03\x04"),
        ("/fichiers/creteil/nothing.csv", 404, b"Fichier"),
    ],
)
async def test_files_fail_in_the_ways_of_real_ones(
    portal: httpx2.AsyncClient, path: str, status: int, start: bytes
) -> None:
    answer = await portal.get(path)

    assert answer.status_code == status
    assert answer.content.startswith(start)


async def test_advancing_changes_contents_and_listings(portal: httpx2.AsyncClient) -> None:
    before = await portal.get(DELIBERATIONS)
    state = (await portal.post("/_demo/advance")).json()
    again = await portal.get(DELIBERATIONS, headers={"If-None-Match": before.headers["etag"]})
    gone = await portal.get("/mandres/datasets/catalogue-mandres-les-roses/")
    listed = await portal.get("/mandres/catalogue.csv")

    assert state["state"] == 1
    assert again.status_code == 200
    assert again.content != before.content
    assert again.headers["last-modified"] != before.headers["last-modified"]
    assert gone.status_code == 404
    assert "catalogue-mandres-les-roses" not in listed.text
    assert listed.text.count("/mandres/datasets/") == 4

    await portal.post("/_demo/advance")
    last = (await portal.post("/_demo/advance")).json()
    reset = (await portal.post("/_demo/reset")).json()
    assert (last["state"], reset["state"]) == (2, 0)
    assert (await portal.get(DELIBERATIONS)).content == before.content


@pytest.mark.parametrize(
    "path",
    ["/", "/datagouv/", "/nogent/", "/datagouv/datasets/budget-creteil/",
     "/datagouv/organizations/creteil/", "/gpsea/",
     "/gpsea/organizations/grand-paris-sud-est-avenir/"],
)  # fmt: skip
async def test_every_page_says_that_its_data_is_fictitious(
    portal: httpx2.AsyncClient, path: str
) -> None:
    answer = await portal.get(path)

    assert answer.status_code == 200
    assert "Données fictives" in answer.text
    assert 'lang="fr"' in answer.text


async def test_the_command_writes_an_address_that_answers_and_stops_when_told(
    tmp_path: Path,
) -> None:
    url_file = tmp_path / "url"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "demo", "--port", "0", "--seed", "94", "--url-file", str(url_file),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        base_url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        source = manifest(base_url)[0]
        request = f"{source.url}api/1/site/"
        body = await asyncio.to_thread(lambda: urllib.request.urlopen(request).read())
    finally:
        process.terminate()
        code = await asyncio.wait_for(process.wait(), 10)

    assert url_file.read_text(encoding="utf-8").strip() == base_url
    assert b"metrics" in body
    assert code in {0, -signal.SIGTERM}
