"""What an operator corrects outlives the harvest, beside what the portal says."""

import html
import re
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from shared.access.models import Scope
from shared.access.store import AccessStore
from shared.contracts.catalogue import DatasetBatch
from shared.db import Database
from tests.integration.catalogue.builders import CRETEIL, NOW, dataset, key

API = "/api/catalogue/v1"
Keys = dict[str, dict[str, str]]
WHERE = f"{API}/datasets/{key('Budget')}"


async def harvested(client: httpx2.AsyncClient, keys: Keys, later: int = 0, **values: Any) -> None:
    message = dataset("Budget", CRETEIL, revision=NOW + timedelta(hours=later), **values)
    batch = DatasetBatch(datasets=[message]).model_dump(mode="json")
    sent = await client.post(f"{API}/datasets/batch", json=batch, headers=keys["syndicate"])
    assert sent.status_code == 200, sent.text


@pytest.fixture
async def edited(client: httpx2.AsyncClient, keys: Keys) -> httpx2.AsyncClient:
    await harvested(client, keys, keywords=["finances"])
    answer = await client.patch(
        WHERE, json={"title": "Budget primitif", "keywords": ["budget"]}, headers=keys["creteil"]
    )
    assert answer.status_code == 200, answer.text
    return client


async def test_a_correction_is_shown_with_who_made_it_and_what_the_portal_says(
    edited: httpx2.AsyncClient,
) -> None:
    shown = (await edited.get(WHERE)).json()
    edits = {each["field"]: each for each in (await edited.get(f"{WHERE}/edits")).json()}

    assert (shown["title"], shown["keywords"]) == ("Budget primitif", ["budget"])
    assert set(edits) == {"title", "keywords"}
    assert edits["title"]["harvested"] == "Budget"
    assert edits["keywords"]["harvested"] == ["finances"]
    assert edits["title"]["edited_by"] == "publisher"
    assert edits["title"]["edited_at"]


async def test_the_dataset_itself_names_its_corrections(
    edited: httpx2.AsyncClient, keys: Keys
) -> None:
    shown = (await edited.get(WHERE)).json()

    assert shown["edits"] == (await edited.get(f"{WHERE}/edits")).json()
    for field in ("title", "keywords"):
        await edited.delete(f"{WHERE}/edits/{field}", headers=keys["creteil"])
    assert (await edited.get(WHERE)).json()["edits"] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            ["Corrections de la fiche", "Titre Le portail dit : Budget corrigé par Créteil, le ",
             "Mots-clés Le portail dit : finances, écoles corrigé par Créteil, le ",
             "Licence Le portail dit : Licence Ouverte 2.0 corrigé par Créteil, le ",
             "Nom du contact Le portail ne dit rien. corrigé par Créteil, le "],
        ),
        (
            "en",
            ["Corrections of this description", "Title The portal says: Budget corrected by",
             "Keywords The portal says: finances, écoles corrected by Créteil, ",
             "Name of the contact The portal says nothing. corrected by Créteil, "],
        ),
    ],
)  # fmt: skip
async def test_the_page_of_a_dataset_shows_what_was_corrected_by_whom_and_the_portals_word(
    client: httpx2.AsyncClient, keys: Keys, language: str, said: list[str]
) -> None:
    await harvested(client, keys, keywords=["finances", "écoles"], license="lov2")
    page = f"/jeux/{key('Budget')}?lang={language}"
    assert said[0] not in text_of((await client.get(page)).text)

    changes = {"title": "Budget primitif", "keywords": [], "license": "odc-odbl",
               "contact_name": "Les finances"}  # fmt: skip
    await client.patch(WHERE, json=changes, headers=keys["creteil"])

    shown = text_of((await client.get(page)).text)
    for part in said:
        assert part in shown


async def test_the_label_of_a_key_is_shown_to_nobody(
    edited: httpx2.AsyncClient, database: Database, keys: Keys
) -> None:
    async with database.begin() as session:
        _, secret = await AccessStore(session).create_key(
            label="poste de Mme Martin", scopes=[Scope.CATALOGUE]
        )
    answers = [
        await edited.patch(
            WHERE,
            json={"frequency": "annual"},
            headers={"Authorization": f"Bearer {secret}"},
        )
    ]
    pages = (WHERE, f"{WHERE}/edits", f"/jeux/{key('Budget')}", f"/jeux/{key('Budget')}?lang=en")
    answers += [await edited.get(page) for page in pages]

    for answer in answers:
        assert answer.status_code == 200
        assert "Martin" not in answer.text
    assert "corrigé par l’opérateur de la plateforme pour" in text_of(answers[3].text)
    who = {each["field"]: each["edited_by"] for each in answers[2].json()}
    assert who == {"title": "publisher", "keywords": "publisher", "frequency": "operator"}
    async with database.begin() as session:
        kept = await session.scalars(text("select key_label from catalogue.dataset_edits"))
        assert set(kept) == {"creteil", "poste de Mme Martin"}


def text_of(page: str) -> str:
    """The words of a page, with single plain spaces."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


async def test_a_correction_survives_later_harvests_which_are_kept_beside(
    edited: httpx2.AsyncClient, keys: Keys
) -> None:
    await harvested(edited, keys, later=1, title="Budget 2027", description="Nouveau")
    await harvested(edited, keys, later=2, title="Budget 2027", description="Nouveau")

    shown = (await edited.get(WHERE)).json()
    edits = {each["field"]: each for each in (await edited.get(f"{WHERE}/edits")).json()}
    assert (shown["title"], shown["description"]) == ("Budget primitif", "Nouveau")
    assert edits["title"]["harvested"] == "Budget 2027"
    assert edits["keywords"]["harvested"] == []


async def test_a_correction_that_is_undone_shows_what_the_portal_says_now(
    edited: httpx2.AsyncClient, keys: Keys
) -> None:
    await harvested(edited, keys, later=1, title="Budget 2027")

    undone = await edited.delete(f"{WHERE}/edits/title", headers=keys["creteil"])

    assert undone.status_code == 204
    assert (await edited.get(WHERE)).json()["title"] == "Budget 2027"
    assert [each["field"] for each in (await edited.get(f"{WHERE}/edits")).json()] == ["keywords"]
    again = await edited.delete(f"{WHERE}/edits/title", headers=keys["creteil"])
    assert again.status_code == 404


@pytest.mark.parametrize(
    ("who", "changes", "status"),
    [
        (None, {"title": "x"}, 401),
        ("harvester", {"title": "x"}, 403),
        ("creteil", {"title": ""}, 422),
        ("creteil", {"archived": True}, 422),
    ],
)
async def test_a_correction_needs_the_owners_key_and_a_field_that_may_be_edited(
    edited: httpx2.AsyncClient, keys: Keys, who: str | None, changes: dict[str, Any], status: int
) -> None:
    answer = await edited.patch(WHERE, json=changes, headers=keys[who] if who else {})

    assert answer.status_code == status
    assert (await edited.get(WHERE)).json()["title"] == "Budget primitif"
