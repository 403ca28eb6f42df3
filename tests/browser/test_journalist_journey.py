"""A journalist downloads all subsidies of the département as one file."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.browser.visits import Visit

pytestmark = pytest.mark.slow

ONE_FILE = "Un seul fichier pour tous"


def subsidies_of_the_departement(page: Page) -> None:
    """From the territory's page to its subsidies."""
    page.get_by_role("link", name="Subventions", exact=True).first.click()
    page.wait_for_url("**/recherche?*subventions*")
    expect(page.get_by_role("heading", name=ONE_FILE)).to_be_visible()


def check(download: Download, folder: Path) -> None:
    path = folder / download.suggested_filename
    download.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    towns = {row["nomAttribuant"] for row in rows}
    assert len(towns) > 1, "one town alone is not the département"
    assert len({row["_licence"] for row in rows}) == 1
    assert all(row["_source"] for row in rows)


def test_with_the_mouse(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.go("/territoires/94")
    subsidies_of_the_departement(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^CSV – Licence Ouverte 2")).click()
    check(download.value, tmp_path)
    assert visit.violations() == []
    assert visit.troubles == []


def test_without_scripts(visit_without_scripts: Visit, tmp_path: Path) -> None:
    page = visit_without_scripts.page
    visit_without_scripts.go("/territoires/94")
    subsidies_of_the_departement(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^CSV – Licence Ouverte 2")).click()
    check(download.value, tmp_path)


def test_with_the_keyboard_alone(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.go("/recherche?territory=94&schema=scdl%2Fsubventions")
    visit.tab_to("CSV – Licence Ouverte 2.0")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    check(download.value, tmp_path)
    assert visit.troubles == []
