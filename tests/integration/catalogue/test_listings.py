"""The SCDL catalogue, the sitemap and robots.txt."""

import csv
import io
from xml.etree import ElementTree as ET

import pytest

from services.catalogue.adapters.scdl_catalogue import head_office
from services.catalogue.operations import list_addresses
from services.catalogue.portal import crawlers
from services.validator.adapters.run import validate_file
from services.validator.schemas.register import SchemaRegister
from shared.contracts.records import Period, Publisher
from tests.integration.catalogue.builders import LIMEIL, checked, covering, dataset, key

API = "/api/catalogue/v1"


@pytest.fixture
async def filled(client, keys):
    sets = [
        dataset(
            "complet", description="Tout est dit.", themes=["Administration"], frequency="monthly",
            temporal=Period(start="2020-01-01", end="2024-12-31"), keywords=["conseil"],
            issued="2024-01-01T00:00:00Z", spatial=covering("fr:commune:94028"),
            publisher=Publisher(name="Ville de Créteil", siret="21940028000018"),
            resources=[checked("complet")],
        ),
        dataset("pauvre", LIMEIL, license=None, modified=None),
        dataset("vide", LIMEIL, resources=[]),
    ]  # fmt: skip
    body = {"datasets": [each.model_dump(mode="json") for each in sets]}
    answer = await client.post(f"{API}/datasets/batch", json=body, headers=keys["syndicate"])
    assert answer.status_code == 200, answer.text


async def test_the_scdl_catalogue_is_valid_by_our_own_validator(client, filled, tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_bytes((await client.get(f"{API}/catalog.csv")).content)

    result = validate_file(path, schema=SchemaRegister.open().get("scdl/catalogue", "0.1.3"))

    assert result.verdict == "valid", result.errors
    assert result.stats.rows == 2


async def test_what_is_not_known_is_filled_by_convention_and_named(client, filled):
    text = (await client.get(f"{API}/catalog.csv")).content.decode()
    lines = {line["TITRE"]: line for line in csv.DictReader(io.StringIO(text))}

    assert lines["complet"]["INCONNUS"] == ""
    assert lines["complet"]["COUV_TEMP_DEBUT"] == "2020-01-01"
    assert lines["complet"]["COUV_SPAT_MAILLE"] == "Communale"
    poor = lines["pauvre"]
    assert {"COUV_TEMP_DEBUT", "COUV_TEMP_FIN", "THEME"} <= set(poor["INCONNUS"].split())
    assert poor["COUV_TEMP_DEBUT"] == poor["DATE_PUBL"]
    assert poor["LICENCE"] == "Spécifique ou autre"


async def test_the_filters_of_the_search_apply(client, filled):
    answer = await client.get(f"{API}/catalog.csv", params={"territory": "94044"})

    assert [line["TITRE"] for line in csv.DictReader(io.StringIO(answer.text))] == ["pauvre"]


def test_the_siret_of_the_first_establishment_ends_in_luhn_s_key():
    assert head_office("219400280") == "21940028000018"


async def test_the_sitemap_names_every_dataset_and_page(client, filled, monkeypatch):
    for module in (list_addresses, crawlers):
        monkeypatch.setattr(module, "PER_FILE", 2)
    robots = (await client.get("/robots.txt")).text
    assert "Sitemap: https://donnees.exemple.fr/sitemap.xml" in robots
    found = set()
    for number in range(4):
        answer = await client.get(f"/sitemaps/{number}.xml")
        if answer.status_code == 200:
            found |= {each.text for each in ET.fromstring(answer.text).iter() if each.text}

    index = ET.fromstring((await client.get("/sitemap.xml")).text)

    assert len(index) == 3
    assert f"https://donnees.exemple.fr/jeux/{key('vide')}" in found
    assert "https://donnees.exemple.fr/territoires/94028" in found


async def test_a_dataset_s_page_tells_search_engines_what_it_covers(client, filled):
    page = (await client.get(f"/jeux/{key('complet')}")).text

    assert '"temporalCoverage": "2020-01-01/2024-12-31"' in page.replace('":"', '": "')
