"""A file as a table on the site: on its dataset's page, and explored."""

import re
from pathlib import Path

import httpx2
import pytest

from tests.integration.catalogue.builders import checked, dataset, key
from tests.integration.catalogue.tables import announced

DATASET, RESOURCE = f"/jeux/{key('jeu')}", key("jeu", "a")
TABLE = f"{DATASET}/tableau/{RESOURCE}"
ROWS = [f"{n},{'<b>école' if n % 2 else 'piscine'},{n * 10}" for n in range(1, 251)]
SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "nature", "type": "string"},
        {"name": "montant", "type": "number"},
    ],
    "primaryKey": "id",
}
FILE = "\n".join(["id,nature,montant", *ROWS, "x,hors compte,5", ""])


@pytest.fixture
async def site(client: httpx2.AsyncClient, keys, tmp_path: Path) -> httpx2.AsyncClient:
    batch = {"datasets": [dataset("jeu", resources=[checked("jeu")]).model_dump(mode="json")]}
    table = await announced(tmp_path, "jeu", FILE, descriptor=SCHEMA)
    for address, body in (
        ("datasets/batch", batch),
        ("tables", {"tables": [table.model_dump(mode="json")]}),
    ):
        answer = await client.post(
            f"/api/catalogue/v1/{address}", json=body, headers=keys["syndicate"]
        )
        assert answer.status_code == 200
    return client


def first_cells(page: str) -> list[str]:
    """The first column of the rows that are shown."""
    return re.findall(r'<th scope="row">\d+(?:<span.*?</span>)?</th><td>(.*?)</td>', page)


async def test_the_dataset_page_previews_its_first_rows_and_draws_the_valid_ones(
    site: httpx2.AsyncClient,
) -> None:
    page = (await site.get(DATASET)).text

    assert first_cells(page) == [str(n) for n in range(1, 9)]
    assert "&lt;b&gt;école" in page
    assert "Total de montant par nature" in page
    # 10 + 30 + … + 2490, without the row that is in error
    assert "156\u202f250" in page
    assert "251 lignes" in page


async def test_the_table_is_sorted_as_numbers_filtered_and_paged(site: httpx2.AsyncClient) -> None:
    page = (await site.get(TABLE, params={"tri": "montant", "ordre": "desc"})).text
    filtered = (await site.get(TABLE, params={"colonne": "nature", "contient": "ECOLE"})).text
    valid = (await site.get(TABLE, params={"valides": "1", "debut": "200"})).text

    assert first_cells(page)[:2] == ["250", "249"]
    assert len(first_cells(page)) == 100
    assert re.search(r'rel="next"[^>]* href="[^"]*debut=100', page)
    assert 'aria-sort="descending"' in page
    assert "125 lignes correspondent" in filtered
    assert len(first_cells(valid)) == 50
    assert 'rel="next"' not in valid


async def test_downloads_hold_what_the_page_shows(site: httpx2.AsyncClient) -> None:
    page = (await site.get(TABLE, params={"colonne": "nature", "contient": "hors"})).text

    (address,) = re.findall(r'href="([^"]*/rows\.csv\?[^"]*contains=hors)"', page)
    answer = await site.get(address.replace("&amp;", "&"))
    assert answer.text.splitlines()[1].startswith("x,hors compte,")


async def test_a_column_that_does_not_exist_changes_nothing(site: httpx2.AsyncClient) -> None:
    page = await site.get(TABLE, params={"tri": "rien", "colonne": "rien", "contient": "a"})

    assert page.status_code == 200
    assert "251 lignes correspondent" in page.text


async def test_a_file_of_another_dataset_or_none_is_not_found(site: httpx2.AsyncClient) -> None:
    for address in (
        f"{DATASET}/tableau/{key('autre', 'a')}",
        f"/jeux/{key('x')}/tableau/{RESOURCE}",
    ):
        answer = await site.get(address)

        assert answer.status_code == 404
        assert "Page introuvable" in answer.text
