"""The animator sees which member is late and relaunches its harvest."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visits import Visit, visiting

pytestmark = pytest.mark.slow

DASHBOARD = "Tableau de bord"


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("Clé d’API").fill(key)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("heading", name=DASHBOARD, level=1)).to_be_visible()


def relaunch(visit: Visit, key: str, press: Callable[[str], None]) -> None:
    page = visit.page
    visit.go("/")
    page.get_by_role("link", name=DASHBOARD).click()
    sign_in(page, key)
    members = page.get_by_role("region", name="Membres")
    expect(members.get_by_role("row").filter(has_text="en retard").first).to_be_visible()
    press("Moissonner Données ouvertes de Périgny")
    expect(page.get_by_role("status")).to_contain_text("Le moissonnage est demandé")
    source = page.get_by_role("row").filter(has_text="Périgny (démonstration)")
    expect(source).to_be_visible()


def test_with_the_mouse(visit: Visit, admin_key: str) -> None:
    relaunch(
        visit,
        admin_key,
        lambda name: visit.page.get_by_role("button", name=name).click(),
    )
    # What is under way shows by itself, then that it is over.
    source = visit.page.get_by_role("row").filter(has_text="Périgny (démonstration)")
    expect(source).to_contain_text("5 jeux", timeout=60_000)
    assert visit.violations() == []
    assert visit.troubles == []


def test_without_scripts(visit_without_scripts: Visit, admin_key: str) -> None:
    relaunch(
        visit_without_scripts,
        admin_key,
        lambda name: visit_without_scripts.page.get_by_role("button", name=name).click(),
    )


def test_with_the_keyboard_alone(visit: Visit, admin_key: str) -> None:
    page = visit.page
    visit.go("/tableau-de-bord")
    visit.tab_to("Clé d’API")
    page.keyboard.type(admin_key)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=DASHBOARD, level=1)).to_be_visible()
    visit.tab_to("Moissonner")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Le moissonnage est demandé")


def test_the_dashboard_is_accessible_in_the_dark_and_on_a_telephone(
    browser: Browser, url: str, admin_key: str
) -> None:
    with visiting(
        browser, url, color_scheme="dark", viewport={"width": 360, "height": 740}
    ) as visit:
        visit.go("/tableau-de-bord")
        sign_in(visit.page, admin_key)
        assert visit.violations() == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_wrong_key_is_said_and_a_visit_ends(visit: Visit, admin_key: str) -> None:
    page = visit.page
    visit.go("/tableau-de-bord")
    page.get_by_label("Clé d’API").fill("socle_fausse")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_contain_text("inconnue, révoquée ou expirée")
    sign_in(page, admin_key)
    page.get_by_role("button", name="Se déconnecter").click()
    visit.go("/tableau-de-bord")
    expect(page.get_by_label("Clé d’API")).to_be_visible()
