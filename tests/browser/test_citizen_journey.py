"""A citizen finds next week's menu and its allergens."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Visit

pytestmark = pytest.mark.slow


def menus_of_next_week(page: Page) -> None:
    """From the results of a search to next week's menus."""
    page.get_by_role("link", name=re.compile("^Menus des cantines scolaires")).first.click()
    page.get_by_role("link", name=re.compile("^Voir les menus de la semaine")).first.click()
    expect(page.get_by_role("heading", name="Menus de la semaine")).to_be_visible()
    this_week = page.get_by_role("heading", name=re.compile("^Semaine du")).inner_text()
    page.get_by_role("link", name="Semaine suivante").click()
    week = page.get_by_role("heading", name=re.compile("^Semaine du"))
    expect(week).not_to_have_text(this_week)
    expect(page.locator(".dish").first).to_be_visible()


def avoid(page: Page, allergen: str) -> None:
    page.get_by_label(allergen).check()
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_label(allergen)).to_be_checked()
    refused = page.locator(".dish.refused")
    expect(refused.first).to_contain_text("à éviter")
    expect(refused.first).to_contain_text(allergen)


def test_with_the_mouse(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    page.get_by_label("Chercher un jeu de données").first.fill("menus cantine joinville")
    page.get_by_role("button", name="Chercher").first.click()
    menus_of_next_week(page)
    avoid(page, "lait")
    products = page.locator(".dish details").first
    products.locator("summary").click()
    expect(products).to_contain_text("fourni par")
    assert visit.violations() == []
    assert visit.troubles == []


def test_without_scripts(visit_without_scripts: Visit) -> None:
    visit_without_scripts.go("/recherche?q=menus+cantine+joinville")
    menus_of_next_week(visit_without_scripts.page)
    avoid(visit_without_scripts.page, "lait")


def test_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    visit.go("/recherche?q=menus+cantine+joinville")
    visit.tab_to("Menus des cantines scolaires")
    page.keyboard.press("Enter")
    page.wait_for_url("**/jeux/**")
    visit.tab_to("Voir les menus de la semaine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vues/**")
    visit.tab_to("lait")
    page.keyboard.press("Space")
    visit.tab_to("Afficher")
    page.keyboard.press("Enter")
    expect(page.locator(".dish.refused").first).to_contain_text("à éviter")
    visit.tab_to("Semaine suivante")
    page.keyboard.press("Enter")
    expect(page.locator(".dish").first).to_be_visible()
    assert visit.troubles == []
