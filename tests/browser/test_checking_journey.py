"""An agent checks a bad file and leaves with a valid one."""

from pathlib import Path

import pytest
from playwright.sync_api import Download, expect

from scripts.portal_pages import MENDABLE_FILE
from tests.browser.visits import Visit

pytestmark = pytest.mark.slow

INVALID, VALID = "Ce fichier est à corriger", "Ce fichier est conforme"


def saved(download: Download, folder: Path) -> Path:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path


def test_with_the_mouse(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    visit.go("/")
    page.get_by_role("link", name="Vérifier un fichier").first.click()
    page.get_by_label("Choisir un fichier sur cet ordinateur").set_input_files(MENDABLE_FILE)
    expect(page.get_by_text(f"Fichier choisi : {MENDABLE_FILE.name}")).to_be_visible()
    page.get_by_role("button", name="Vérifier").click()

    expect(page.get_by_text(INVALID)).to_be_visible(timeout=30_000)
    faulty = page.locator("td.wrong").filter(has_text="12/01/2026").first
    expect(faulty).to_contain_text("2026-01-12")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le fichier corrigé").click()
    corrected = saved(download.value, tmp_path)
    page.get_by_role("link", name="Vérifier un autre fichier").click()
    page.get_by_label("Choisir un fichier sur cet ordinateur").set_input_files(corrected)
    page.get_by_role("button", name="Vérifier").click()

    expect(page.get_by_text(VALID)).to_be_visible(timeout=30_000)
    assert visit.troubles == []


def test_without_scripts(visit_without_scripts: Visit, tmp_path: Path) -> None:
    page = visit_without_scripts.page
    visit_without_scripts.go("/verifier")
    page.get_by_label("Choisir un fichier sur cet ordinateur").set_input_files(MENDABLE_FILE)
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text(INVALID)).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Voir les changements").click()
    expect(page.get_by_text("Le fichier corrigé est conforme")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger le fichier corrigé").click()
    assert b"2026-01-12" in saved(download.value, tmp_path).read_bytes()
    page.get_by_role("button", name="Vérifier le fichier corrigé").click()

    expect(page.get_by_text(VALID)).to_be_visible(timeout=30_000)


def test_of_a_table_that_follows_no_schema_it_is_not_said_that_it_is_no_table(
    visit_without_scripts: Visit, tmp_path: Path
) -> None:
    page = visit_without_scripts.page
    table, damaged = tmp_path / "table.csv", tmp_path / "abime.csv"
    table.write_text("a;b\n1;2\n", encoding="utf-8")
    damaged.write_bytes(b"")
    no_table = page.get_by_text("n’a pas pu être lu comme un tableau")
    for path, times in ((table, 0), (damaged, 1)):
        visit_without_scripts.go("/verifier")
        page.get_by_label("Choisir un fichier sur cet ordinateur").set_input_files(path)
        page.get_by_role("button", name="Vérifier").click()

        expect(page.get_by_text("n’a pas pu être contrôlé").first).to_be_visible(timeout=30_000)
        expect(no_table).to_have_count(times)


def test_with_the_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    visit.go("/")
    visit.tab_to("Vérifier un fichier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/verifier*")
    # Awaited from before the way to the field: the browser takes a while to hear that somebody
    # waits, and a key pressed meanwhile opens a chooser that nobody sees.
    with page.expect_file_chooser() as chooser:
        visit.tab_to("Choisir un fichier sur cet ordinateur")
        page.keyboard.press("Enter")
    chooser.value.set_files(MENDABLE_FILE)
    visit.tab_to("Vérifier")
    page.keyboard.press("Enter")
    expect(page.get_by_text(INVALID)).to_be_visible(timeout=30_000)
    visit.tab_to("Voir les changements")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Le fichier corrigé est conforme")).to_be_visible()
    visit.tab_to("Vérifier le fichier corrigé")
    page.keyboard.press("Enter")

    expect(page.get_by_text(VALID)).to_be_visible(timeout=30_000)
    assert visit.troubles == []


def test_a_dropped_file_is_taken(visit: Visit) -> None:
    visit.go("/verifier")
    visit.page.evaluate(
        """([name, text]) => {
          const data = new DataTransfer();
          data.items.add(new File([text], name, { type: 'text/csv' }));
          const zone = document.querySelector('[data-drop]');
          for (const kind of ['dragover', 'drop'])
            zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true }));
        }""",
        [MENDABLE_FILE.name, MENDABLE_FILE.read_text("utf-8")],
    )
    visit.page.get_by_role("button", name="Vérifier").click()

    expect(visit.page.get_by_text(INVALID)).to_be_visible(timeout=30_000)


def test_when_sending_fails_the_file_stays_chosen_and_a_second_try_succeeds(visit: Visit) -> None:
    page = visit.page
    visit.go("/verifier")
    page.get_by_label("Choisir un fichier sur cet ordinateur").set_input_files(MENDABLE_FILE)
    page.route("**/verifier", lambda route: route.abort())
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_role("alert")).to_contain_text("Votre fichier est toujours choisi")
    page.unroute("**/verifier")
    page.get_by_role("button", name="Vérifier").click()

    expect(page.get_by_text(INVALID)).to_be_visible(timeout=30_000)


def test_an_address_that_gives_no_file_is_explained_and_kept(visit: Visit) -> None:
    page = visit.page
    visit.go("/verifier")
    page.get_by_label("Ou son adresse sur le web").fill("http://127.0.0.1:9/a.csv")
    page.get_by_role("button", name="Vérifier").click()

    expect(page.get_by_role("alert")).to_contain_text("n’a pas pu être pris à cette adresse")
    expect(page.get_by_label("Ou son adresse sur le web")).to_have_value("http://127.0.0.1:9/a.csv")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_large_file_is_awaited_on_a_page_that_leads_to_the_report(
    visit: Visit, visit_without_scripts: Visit, tmp_path: Path, *, scripts: bool
) -> None:
    """Above two megabytes the check becomes a job, and its page asks after it."""
    visitor = visit if scripts else visit_without_scripts
    header, row = MENDABLE_FILE.read_text("utf-8").splitlines()[:2]
    large = tmp_path / "grand.csv"
    rows = (row.replace("2026-01;", f"2026-{n:05};", 1) for n in range(14_000))
    large.write_text("\n".join([header, *rows]), "utf-8")
    visitor.go("/verifier")
    visitor.page.get_by_label("Choisir un fichier sur cet ordinateur").set_input_files(large)
    visitor.page.get_by_role("button", name="Vérifier").click()

    visitor.page.wait_for_url("**/verifier/suivi/**", timeout=30_000)
    visitor.page.wait_for_url("**/rapports/**", timeout=90_000)
    expect(visitor.page.get_by_text(INVALID)).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="grand.csv")).to_be_visible()
    assert visitor.troubles == []
