"""The documentary base: what the platform brings, what the operator adds, found by searching."""

import asyncio
import re
from importlib.resources import files

import httpx2
import pytest
from sqlalchemy import text

from services.catalogue.models.guide import read_guide
from services.catalogue.models.schema_names import SOCLE
from services.catalogue.models.wording import wording
from services.catalogue.operations.guides import load_guides, shipped_guides
from shared.db import Database

API = "/api/catalogue/v1"
OURS = {
    "title": "Le groupe de travail du mardi",
    "summary": "Quand et où se retrouvent les référents de la donnée.",
    "url": "https://exemple.fr/mardi",
    "audience": "agent",
    "phase": 4,
    "author": "Syndicat",
    "keywords": ["réunion"],
}


@pytest.fixture
async def base(database: Database) -> Database:
    async with database.begin() as session:
        await session.execute(text("delete from catalogue.guides"))
        await session.execute(text("delete from catalogue.loaded_data where name = 'guides'"))
    assert await load_guides(database) is True
    return database


def test_each_shipped_guide_is_there_in_french_and_english() -> None:
    by_language = {
        language: {guide.slug: guide for guide in shipped_guides() if guide.language == language}
        for language in ("fr", "en")
    }
    folder = files("services.catalogue") / "data" / "guides"
    for language, found in by_language.items():
        assert {f"{slug}.md" for slug in found} == {
            one.name for one in (folder / language).iterdir()
        }
    assert by_language["fr"].keys() == by_language["en"].keys()
    for slug, french in by_language["fr"].items():
        english = by_language["en"][slug]
        assert (english.phase, english.audience, english.schemas) == (
            french.phase,
            french.audience,
            french.schemas,
        )
        assert english.title != french.title
        assert english.keywords
        # The same headings, lists and tables, and none of the codes to type left out.
        assert shape(english.body) == shape(french.body), slug


def shape(body: str | None) -> tuple[object, ...]:
    lines = (body or "").splitlines()
    kinds = [re.match(r"(#+ |- |\d+\. |\||)", line) for line in lines if line]
    in_columns = sorted(re.findall(r"\b[A-Z]+_[A-Z_]+\b|scdl/[a-z-]+", body or ""))
    return tuple(kind.group() for kind in kinds if kind), in_columns


def test_the_shipped_guides_are_whole_and_serve_every_phase() -> None:
    guides = shipped_guides()

    assert {guide.phase for guide in guides} >= set(range(1, 7))
    assert {schema for guide in guides for schema in guide.schemas} <= SOCLE
    for guide in guides:
        assert guide.body
        assert 300 < len(guide.body) < 4000
        assert f"audience.{guide.audience.value}" in wording("fr")


def test_a_guide_without_its_head_is_refused() -> None:
    with pytest.raises(ValueError, match="audience"):
        read_guide("x", "---\ntitle: T\nsummary: S\n---\nTexte", updated_on=None)  # type: ignore[arg-type]


async def test_guides_are_listed_by_phase_and_read_whole(
    base: Database, client: httpx2.AsyncClient
) -> None:
    assert await load_guides(base) is False
    items = (await client.get(f"{API}/guides")).json()["items"]
    assert [one["phase"] for one in items] == sorted(one["phase"] for one in items)
    assert all(one["body"] is None for one in items)
    menus = (await client.get(f"{API}/guides?schema=scdl/menus-collectifs")).json()["items"]
    assert [one["slug"] for one in menus] == ["publier-les-menus"]
    for_elected = (await client.get(f"{API}/guides?audience=elected&lang=en")).json()["items"]
    assert {one["audience_label"] for one in for_elected} == {"Elected representatives"}
    english = (await client.get(f"{API}/guides?lang=en")).json()["items"]
    assert {one["language"] for one in english} == {"en"}
    assert len(english) == len(items) == len({one["slug"] for one in items})
    whole = (await client.get(f"{API}/guides/publier-les-deliberations")).json()
    assert whole["language"] == "fr"
    assert "COLL_SIRET" in whole["body"]
    assert whole["license"] == "lov2"
    assert (await client.get(f"{API}/guides/inconnu")).status_code == 404


async def test_the_operator_adds_changes_and_removes_its_own(
    base: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    address = f"{API}/guides/groupe-du-mardi"
    assert (await client.put(address, json=OURS)).status_code == 401
    assert (await client.put(address, json=OURS, headers=keys["creteil"])).status_code == 403
    assert (await client.put(address, json=OURS, headers=keys["syndicate"])).status_code == 200
    changed = {**OURS, "title": "Le groupe du jeudi"}
    await client.put(address, json=changed, headers=keys["syndicate"])
    assert (await client.get(address)).json()["title"] == "Le groupe du jeudi"
    nothing = {name: value for name, value in OURS.items() if name != "url"}
    answer = await client.put(address, json=nothing, headers=keys["syndicate"])
    assert answer.status_code == 422
    ours = f"{API}/guides/premier-pas"
    assert (await client.put(ours, json=OURS, headers=keys["syndicate"])).status_code == 409
    assert (await client.delete(ours, headers=keys["syndicate"])).status_code == 409
    assert (await client.delete(address, headers=keys["syndicate"])).status_code == 204
    assert (await client.get(address)).status_code == 404


async def test_what_the_operator_wrote_outlives_a_new_version(
    base: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    await client.put(f"{API}/guides/a-nous", json=OURS, headers=keys["syndicate"])
    async with base.begin() as session:
        await session.execute(
            text("update catalogue.loaded_data set version = 'old' where name = 'guides'")
        )
    assert await load_guides(base) is True
    assert (await client.get(f"{API}/guides/a-nous")).status_code == 200


async def test_a_guide_without_translation_is_shown_in_french_with_a_note(
    base: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    text_of_ours = {**OURS, "body": "Tous les premiers mardis du mois.", "license": "lov2"}
    address = f"{API}/guides/groupe-du-mardi"
    await client.put(address, json=text_of_ours, headers=keys["syndicate"])
    note = "This guide has not been translated into English. Here is the original, in French."
    shipped = (await client.get("/ressources/choisir-une-licence?lang=en")).text
    assert "The question to ask yourselves" in shipped
    assert note not in shipped
    page = (await client.get("/ressources/groupe-du-mardi?lang=en")).text
    assert note in page
    assert '<article class="letter" lang="fr">' in page
    assert "Tous les premiers mardis du mois." in page
    listed = (await client.get("/ressources?lang=en")).text
    assert '<li lang="fr"><h3><a href="/ressources/groupe-du-mardi?lang=en">' in listed
    assert listed.count("<span>in French</span>") == 1

    english = {**text_of_ours, "language": "en", "title": "Tuesday’s group", "body": "Tuesdays."}
    await client.put(address, json=english, headers=keys["syndicate"])
    page = (await client.get("/ressources/groupe-du-mardi?lang=en")).text
    assert note not in page
    assert "Tuesday’s group" in page
    assert "Le groupe de travail du mardi" in (await client.get("/ressources/groupe-du-mardi")).text
    taken = {**english, "title": "Mine"}
    ours = await client.put(f"{API}/guides/premier-pas", json=taken, headers=keys["syndicate"])
    assert ours.status_code == 409
    await client.delete(address, headers=keys["syndicate"])
    assert (await client.get(f"{address}?lang=en")).status_code == 404


async def test_guides_are_found_in_both_languages(
    base: Database, client: httpx2.AsyncClient
) -> None:
    async def first(query: str, language: str) -> tuple[str, str]:
        answer = await client.get(f"{API}/guides/search", params={"q": query, "lang": language})
        one = answer.json()["items"][0]
        return one["slug"], one["title"]

    async with asyncio.timeout(20):
        while "publier-les-menus" not in await found(client, "canteen menus"):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
    assert await first("how do I choose a licence?", "en") == (
        "choisir-une-licence",
        "Choosing a licence",
    )
    assert await first("subventions", "en") == ("publier-les-subventions", "Publishing subsidies")
    assert await first("council decisions", "fr") == (
        "publier-les-deliberations",
        "Publier les délibérations",
    )
    page = (await client.get("/recherche?q=licence&lang=en")).text
    assert '<a href="/ressources/choisir-une-licence?lang=en">Choosing a licence</a>' in page
    page = (await client.get("/ressources?q=subsidies&lang=en")).text
    assert "Publishing subsidies" in page
    assert "Choosing a licence" not in page


async def found(client: httpx2.AsyncClient, query: str) -> list[str]:
    answer = await client.get(f"{API}/datasets", params={"q": query})
    return [one["slug"] for one in answer.json()["guides"]]


async def test_guides_are_found_with_the_rest(
    base: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    assert (await found(client, "délibérations siret"))[0] == "publier-les-deliberations"
    assert "publier-les-menus" in await found(client, "allergenes cantine")
    listed = await client.get(f"{API}/guides/search?q=licence ODbL")
    assert listed.json()["items"][0]["slug"] == "choisir-une-licence"
    assert (await client.get(f"{API}/guides/search?q=")).json() == {"items": []}

    await client.put(f"{API}/guides/groupe-du-mardi", json=OURS, headers=keys["syndicate"])
    async with asyncio.timeout(20):
        while "groupe-du-mardi" not in await found(client, "référents mardi"):  # noqa: ASYNC110
            await asyncio.sleep(0.2)
