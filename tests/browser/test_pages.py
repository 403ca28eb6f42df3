"""Every page, as a browser shows it: accessible, quiet, light, still, and at any width."""

from collections.abc import Mapping
from itertools import chain

import pytest
from playwright.sync_api import Browser

from scripts.portal_pages import portal_page_names
from tests.browser.slow_line import slow_line
from tests.browser.visits import Visit, visiting

pytestmark = pytest.mark.slow

HEAVIEST = 150_000
"""Bytes over the network, everything included, on a first visit."""
STILL = 0.01
"""Cumulative layout shift; a good page may have 0.1."""
_WEIGHT = """() => performance.getEntriesByType('navigation')
  .concat(performance.getEntriesByType('resource'))
  .reduce((sum, entry) => sum + entry.transferSize, 0)"""
_SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 300);
})"""

_PAINTED = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"""


@pytest.mark.parametrize("name", portal_page_names())
def test_a_page_is_accessible_light_still_and_asks_nothing_of_others(
    visit: Visit, pages: Mapping[str, str], name: str
) -> None:
    # Without motion: a colour on its way to the other theme is no colour of ours.
    visit.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    visit.go(pages[name])

    assert visit.page.evaluate(_WEIGHT) <= HEAVIEST
    assert visit.page.evaluate(_SHIFT) < STILL
    assert visit.violations() == []
    visit.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    visit.page.evaluate(_PAINTED)
    assert visit.violations() == []
    assert visit.troubles == []


# Tables and grids, whose columns would get other widths with each row that arrives.
@pytest.mark.parametrize(
    "name",
    [
        "organisations",
        "schema-document",
        "schema-paquet",
        "guide",
        "widget-jeux",
        "vue-menus",
        "vue-budget",
        "vue-deliberations",
    ],
)
def test_a_page_stays_still_while_it_arrives(
    browser: Browser, url: str, pages: Mapping[str, str], name: str
) -> None:
    with slow_line(url) as address, visiting(browser, address) as visit:
        visit.go(pages[name])

        assert visit.page.evaluate(_SHIFT) < STILL


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_scrolls_sideways(
    browser: Browser, url: str, pages: Mapping[str, str], width: int
) -> None:
    with visiting(browser, url, viewport={"width": width, "height": 700}) as visit:
        wide = {}
        for name, path in pages.items():
            visit.go(path)
            wide[name] = visit.page.evaluate("document.documentElement.scrollWidth")

    assert {name: w for name, w in wide.items() if w > width} == {}


def test_text_may_be_twice_as_large(browser: Browser, url: str, pages: Mapping[str, str]) -> None:
    with visiting(browser, url, viewport={"width": 1280, "height": 900}) as visit:
        for name in ("accueil", "verifier", "rapport"):
            visit.go(pages[name])
            visit.page.evaluate("document.documentElement.style.fontSize = '200%'")

            assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1280, name


def test_without_scripts_every_page_still_shows_its_content(
    visit_without_scripts: Visit, pages: Mapping[str, str]
) -> None:
    for name, path in pages.items():
        visit_without_scripts.go(path)

        assert visit_without_scripts.page.locator("h1").inner_text().strip(), name
    assert visit_without_scripts.troubles == []


def test_the_keyboard_reaches_the_content_at_once(visit: Visit) -> None:
    visit.go("/")
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")

    assert visit.page.evaluate("document.activeElement.id") == "contenu"


def test_pages_are_named_and_no_two_alike(visit: Visit, pages: Mapping[str, str]) -> None:
    titles: dict[str, list[str]] = {}
    for name in (
        "accueil",
        "recherche",
        "verifier",
        "schemas",
        "schema",
        "carte",
        "a-propos",
        "api",
    ):
        visit.go(pages[name])
        titles.setdefault(visit.page.title(), []).append(name)

    assert [names for names in titles.values() if len(names) > 1] == []
    assert all(chain(titles))
