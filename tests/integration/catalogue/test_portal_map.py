"""The map: a picture, a table that says the same, and the figures for other maps."""

import re

import httpx2
import pytest

from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.store_datasets import store_datasets
from shared.contracts.catalogue import DatasetBatch, VerdictBatch
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOGENT,
    checked,
    dataset,
    verdict,
)


@pytest.fixture
async def site(database: Database, client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    messages = [
        dataset("Délibérations", CRETEIL, resources=[checked("Délibérations")]),
        *(dataset(f"Menu {n}", LIMEIL) for n in range(4)),
        dataset("Archivé", NOGENT, archived=True),
    ]
    await store_datasets(database, DatasetBatch(datasets=messages), EVERYONE)
    await record_verdicts(database, VerdictBatch(verdicts=[verdict("Délibérations")]), EVERYONE)
    return client


def unit(page: str, code: str) -> tuple[str, str]:
    """Classes and words of a territory's shape."""
    found = re.search(
        rf'<a href="[^"]*{code}[^"]*" class="unit ([^"]*)" aria-label="([^"]*)"', page
    )
    assert found, code
    return found[1], found[2].replace("\xa0", " ").replace("\u202f", " ")


async def test_without_a_choice_it_shows_the_members_departement(site: httpx2.AsyncClient) -> None:
    page = (await site.get("/carte")).text
    assert "Carte – Val-de-Marne" in page
    assert page.count('class="unit ') == 47
    assert page.count('<th scope="row">') == 47


async def test_greens_follow_the_datasets_and_roles_are_blue(site: httpx2.AsyncClient) -> None:
    page = (await site.get("/carte?territoire=94")).text
    assert unit(page, "94044") == ("m2 member", "Limeil-Brévannes : 4 jeux de données")
    assert unit(page, "94028")[0] == "animator member"
    assert unit(page, "94028")[1] == "Créteil : 1 jeu de données – animateur territorial"
    assert unit(page, "94052")[0] == "experimenter member"
    assert unit(page, "94080")[0] == "m0"  # Vincennes: nothing, and no member


@pytest.mark.parametrize(
    ("view", "code", "css", "words"),
    [
        ("validite", "94028", "m5 member", "100 % de fichiers conformes"),
        ("validite", "94044", "m0 member", "sans objet"),
        ("fraicheur", "94044", "m5 member", "100 % de jeux récents"),
        ("socle", "94028", "m1 member", "1 schémas du socle"),
    ],
)
async def test_the_colour_may_say_something_else(
    site: httpx2.AsyncClient, view: str, code: str, css: str, words: str
) -> None:
    page = (await site.get(f"/carte?territoire=94&vue={view}")).text
    assert unit(page, code)[0] == css
    assert words in unit(page, code)[1].replace("\u202f", " ").replace("\xa0", " ")


async def test_the_country_shows_departements_and_leads_into_them(site: httpx2.AsyncClient) -> None:
    page = (await site.get("/carte?territoire=france")).text
    assert unit(page, "territoire=94")[1] == "Val-de-Marne : 5 jeux de données"
    assert page.count('\n<path d="M') == 96  # overseas ones are tiles
    assert page.count("<rect") >= 5


async def test_a_commune_is_pointed_out_on_its_departement(site: httpx2.AsyncClient) -> None:
    page = (await site.get("/carte?territoire=94028")).text
    assert "Carte – Val-de-Marne" in page
    assert "asked" in unit(page, "94028")[0]


async def test_an_unknown_territory_or_view_is_said(site: httpx2.AsyncClient) -> None:
    assert (await site.get("/carte?territoire=99999")).status_code == 404
    assert (await site.get("/carte?vue=lune")).status_code == 422


async def test_geojson_says_the_same_figures(site: httpx2.AsyncClient) -> None:
    answer = await site.get("/api/catalogue/v1/map.geojson?territory=94")
    assert answer.headers["content-type"] == "application/geo+json"
    by_code = {one["id"]: one for one in answer.json()["features"]}
    assert len(by_code) == 47
    assert by_code["94028"]["geometry"]["type"] == "Point"
    assert by_code["94028"]["properties"]["roles"] == ["animator"]
    assert by_code["94044"]["properties"]["datasets"] == 4
    assert by_code["94052"]["properties"]["datasets"] == 0  # archived: no longer opened
    country = (await site.get("/api/catalogue/v1/map.geojson?territory=france")).json()
    assert sum(one["properties"]["datasets"] for one in country["features"]) == 5
