"""Looking for data: while typing, by filters, and in the table of a file."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import expect

from tests.browser.visits import Visit

pytestmark = pytest.mark.slow


def test_the_search_answers_while_one_types_and_the_address_follows(visit: Visit) -> None:
    page = visit.page
    visit.go("/recherche")
    page.evaluate("window.same = true")
    page.get_by_label("Chercher un jeu de données").press_sequentially("subvention creteil")

    expect(page.locator("article h2").first).to_contain_text("Créteil")
    expect(page).to_have_url(re.compile(r"q=subvention\+creteil"))
    assert page.evaluate("window.same") is True
    assert visit.troubles == []


def test_a_filter_is_taken_given_back_and_undone_by_going_back(visit: Visit) -> None:
    page = visit.page
    visit.go("/recherche?q=subventions")
    page.evaluate("window.same = true")
    found = page.locator("#trouves")
    before = found.inner_text()
    page.locator(".facets").get_by_role("link", name=re.compile("^Conforme")).click()
    expect(page.locator(".chip")).to_have_count(1)
    assert found.inner_text() != before
    focused = page.evaluate("document.activeElement.textContent")
    assert focused.startswith("Conforme")

    page.go_back()
    expect(page.locator(".chip")).to_have_count(0)
    expect(found).to_have_text(before)
    assert page.evaluate("window.same") is True


def test_filters_work_without_scripts(visit_without_scripts: Visit) -> None:
    page = visit_without_scripts.page
    visit_without_scripts.go("/")
    page.get_by_label("Chercher un jeu de données").fill("subventions")
    page.get_by_role("button", name="Chercher").click()
    page.locator(".facets").get_by_role("link", name=re.compile("^Conforme")).click()

    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".chip").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_a_suggestion_is_chosen_with_the_arrow_keys(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    field = page.get_by_label("Chercher un jeu de données")
    field.press_sequentially("maisons")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    chosen = page.locator('[aria-selected="true"]')
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/recherche"))
    assert visit.troubles == []


def test_nothing_found_offers_a_way_on(visit: Visit) -> None:
    visit.go("/recherche?q=zzzz&verdict=valid")

    visit.page.get_by_role("link", name="Chercher « zzzz » sans filtre").click()
    expect(visit.page.get_by_text("Aucun jeu de données ne correspond.")).to_be_visible()
    visit.page.get_by_role("link", name="Voir tous les jeux de données").click()
    expect(visit.page.locator("article").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_table_is_sorted_and_filtered(
    visit: Visit, visit_without_scripts: Visit, pages: Mapping[str, str], *, scripts: bool
) -> None:
    visitor = visit if scripts else visit_without_scripts
    page = visitor.page
    visitor.go(pages["tableau"])
    page.locator("thead").get_by_role("link", name="DELIB_DATE").click()
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text("DELIB_DATE")
    dates = page.locator("tbody tr td:nth-child(5)").all_inner_texts()
    page.get_by_label("Dans la colonne").select_option("DELIB_OBJET")
    page.get_by_label("Chercher").fill("zzzz")
    page.get_by_role("button", name="Filtrer").click()

    assert len(dates) >= 3
    expect(page.get_by_role("status")).to_contain_text("0 ligne")
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text("DELIB_DATE")
    assert visitor.troubles == []
