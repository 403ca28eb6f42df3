"""Who may see the dashboard, and act from it."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from shared.access.models import Scope
from shared.access.store import AccessStore
from shared.db import Database

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that keeps cookies, on a platform where people may sign in."""
    app.state.settings = app.state.settings.model_copy(
        update={"service_key": SecretStr("clé de service"), "public_url": "http://catalogue"}
    )
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://catalogue") as opened:
        yield opened


async def key(database: Database, *scopes: Scope) -> str:
    async with database.begin() as session:
        _, secret = await AccessStore(session).create_key(label="animatrice", scopes=scopes)
    return secret


async def enter(browser: httpx2.AsyncClient, secret: str, wanted: str = "") -> httpx2.Response:
    return await browser.post("/connexion", data={"cle": secret, "suite": wanted})


async def test_a_stranger_is_led_to_the_form_and_back(
    browser: httpx2.AsyncClient, database: Database
) -> None:
    asked = await browser.get("/tableau-de-bord")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/connexion?suite=%2Ftableau-de-bord"
    entered = await enter(browser, await key(database, Scope.HARVEST), "/tableau-de-bord")
    assert entered.headers["location"] == "/tableau-de-bord"
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    page = await browser.get("/tableau-de-bord")
    assert page.status_code == 200
    # No harvester answers in this test: the rest of the page is there all the same.
    assert "Le moissonneur ne répond pas" in page.text
    assert "Membres" in page.text


async def test_a_revoked_key_ends_the_visit_at_once(
    browser: httpx2.AsyncClient, database: Database
) -> None:
    secret = await key(database, Scope.HARVEST)
    await enter(browser, secret)
    async with database.begin() as session:
        await AccessStore(session).revoke_key(secret[:12])
    assert (await browser.get("/tableau-de-bord")).status_code == 303


@pytest.mark.parametrize("wanted", ["https://ailleurs.fr", "//ailleurs.fr", "/\\ailleurs.fr"])
async def test_nobody_is_led_to_another_site(
    browser: httpx2.AsyncClient, database: Database, wanted: str
) -> None:
    entered = await enter(browser, await key(database, Scope.HARVEST), wanted)
    assert entered.headers["location"] == "/tableau-de-bord"


async def test_a_wrong_key_opens_nothing(browser: httpx2.AsyncClient) -> None:
    refused = await enter(browser, "socle_fausse")
    assert refused.status_code == 401
    assert "set-cookie" not in refused.headers


async def test_without_a_service_key_nobody_enters(
    client: httpx2.AsyncClient, database: Database
) -> None:
    refused = await enter(client, await key(database, Scope.ADMIN))
    assert refused.status_code == 503
    assert "CATALOGUE_SERVICE_KEY" in refused.text


async def test_another_site_cannot_act_for_a_visitor(
    browser: httpx2.AsyncClient, database: Database
) -> None:
    await enter(browser, await key(database, Scope.HARVEST))
    address = f"/tableau-de-bord/taches/{'0' * 8}-0000-0000-0000-{'0' * 12}/relancer"
    refused = await browser.post(address, data={"jeton": "deviné"})
    assert refused.status_code == 403
    assert "Action refusée" in refused.text
    assert (await browser.post(address, headers=FORM)).status_code == 403


async def test_a_visit_is_left(browser: httpx2.AsyncClient, database: Database) -> None:
    await enter(browser, await key(database, Scope.HARVEST))
    page = (await browser.get("/tableau-de-bord")).text
    found = re.search(r'name="jeton" value="([^"]+)"', page)
    assert found
    assert (await browser.post("/deconnexion", data={"jeton": "faux"})).status_code == 403
    await browser.post("/deconnexion", data={"jeton": found[1]})
    assert (await browser.get("/tableau-de-bord")).status_code == 303


async def test_the_monthly_report_is_public(client: httpx2.AsyncClient) -> None:
    members = (await client.get("/api/catalogue/v1/organizations")).json()["items"]
    page = await client.get(f"/organisations/{members[0]['id']}/rapport?mois=2026-02")
    assert page.status_code == 200
    assert "Rapport de février 2026" in page.text
    assert "Rien n’a changé ce mois-ci" in page.text
    assert (
        await client.get(f"/organisations/{members[0]['id']}/rapport?mois=x")
    ).status_code == 422
