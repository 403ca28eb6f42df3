"""« Vérifier un fichier » while the validator is away: nothing that was sent is lost."""

import re

import httpx2
from fastapi import FastAPI

from shared.http.sharing import FairShare

CONTENT = b"DELIB_ID,DELIB_DATE\n1,2026-01-02\n"


def kept_in(page: str) -> str:
    found = re.search(r'name="kept" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


async def test_a_file_sent_while_the_validator_is_away_is_kept_for_another_try(
    client: httpx2.AsyncClient, app: FastAPI
) -> None:
    sent = {"file": ("délibérations 2026.csv", CONTENT)}

    answer = await client.post("/verifier", files=sent, data={"schema": "scdl/deliberations"})
    again = await client.post(
        "/verifier",
        files={"file": ("", b"")},
        data={"kept": kept_in(answer.text), "name": "délibérations 2026.csv"},
    )

    assert answer.status_code == again.status_code == 503
    assert "Votre fichier est gardé" in answer.text
    assert "délibérations 2026.csv" in again.text
    assert app.state.resources.store.path(kept_in(again.text)).read_bytes() == CONTENT


async def test_a_form_without_a_file_says_so(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/verifier", files={"file": ("", b"")}, data={"url": " "})

    assert answer.status_code == 422
    assert "Choisissez un fichier ou donnez son adresse." in answer.text


async def test_a_file_that_is_too_large_is_refused_with_what_to_do(
    client: httpx2.AsyncClient, app: FastAPI
) -> None:
    app.state.settings = app.state.settings.model_copy(update={"max_file_bytes": 1000})

    answer = await client.post("/verifier?lang=en", files={"file": ("a.csv", b"x" * 200_000)})

    assert answer.status_code == 413
    assert "This file is too large: 1\u00a0kB at most." in answer.text


async def test_a_kept_file_that_is_gone_is_asked_for_again(client: httpx2.AsyncClient) -> None:
    for kept in ("0" * 64, "../../etc/passwd"):
        answer = await client.post("/verifier", data={"kept": kept, "name": "a.csv"})

        assert answer.status_code == 404
        assert "n’est plus là" in answer.text
        assert 'name="kept"' not in (await client.get(f"/verifier?kept={kept}")).text


async def test_what_was_asked_stays_in_the_form(client: httpx2.AsyncClient) -> None:
    answer = await client.post(
        "/verifier", data={"url": "https://exemple.fr/a.csv", "schema": "scdl/subventions"}
    )

    assert answer.status_code == 503
    assert 'value="https://exemple.fr/a.csv"' in answer.text
    assert 'value="scdl/subventions"' in answer.text


async def test_whoever_sends_too_many_keeps_the_file_and_is_told_when_to_go_on(
    app: FastAPI,
) -> None:
    app.state.check_share = FairShare(open_calls=2, keyed_calls=0)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False, client=("203.0.113.7", 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://catalogue") as visitor:
        answers = [
            await visitor.post("/verifier", files={"file": ("a.csv", CONTENT)}) for _ in range(3)
        ]

    assert [answer.status_code for answer in answers] == [503, 503, 429]
    assert "Trop de contrôles" in answers[2].text
    assert re.search(r"Réessayez dans \d+ s", answers[2].text)
    assert kept_in(answers[2].text)
