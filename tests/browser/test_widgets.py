"""A town shows its data in its own site, which is another origin."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx2
import pytest
from playwright.sync_api import Browser, expect

pytestmark = pytest.mark.slow


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – its name there
        pass


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Another site, with a folder for its pages."""
    handler = partial(_Quiet, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}", tmp_path
    server.shutdown()
    server.server_close()


def test_a_list_stands_in_another_site_as_high_as_it_is(
    browser: Browser, url: str, town: tuple[str, Path]
) -> None:
    address, folder = town
    (folder / "index.html").write_text(
        f"""<!doctype html><html lang="fr"><meta charset="utf-8"><title>Ville</title><h1>Ville</h1>
        <div data-socle="{url}/recherche?territory=94028" data-title="Nos données"></div>
        <script src="{url}/widget.js" async></script></html>""",
        encoding="utf-8",
    )
    page = browser.new_page()
    page.goto(address)
    frame = page.frame_locator('iframe[title="Nos données"]')
    expect(frame.get_by_role("link", name="Délibérations").first).to_be_visible(timeout=30_000)
    inside = frame.locator("html").evaluate("e => e.getBoundingClientRect().height")
    expect(page.locator("iframe")).to_have_attribute("height", str(-int(-inside // 1)))
    page.close()


def test_other_pages_may_not_be_framed(browser: Browser, url: str, town: tuple[str, Path]) -> None:
    address, folder = town
    (folder / "index.html").write_text(f'<iframe src="{url}/connexion"></iframe>', "utf-8")
    page = browser.new_page()
    page.goto(address)
    page.wait_for_timeout(500)
    assert all("connexion" not in frame.url for frame in page.frames)
    page.close()


def test_oembed_says_how_to_embed_a_page(url: str) -> None:
    with httpx2.Client(base_url=url, trust_env=False) as client:
        found = client.get(
            "/api/catalogue/v1/datasets", params={"schema": "scdl/subventions", "page_size": 1}
        ).json()["hits"][0]
        page = client.get(f"/jeux/{found['id']}").text
        assert 'type="application/json+oembed"' in page
        asked = {"url": f"{url}/jeux/{found['id']}", "maxwidth": 300}
        answer = client.get("/oembed", params=asked)
        told = answer.json()
        assert (told["version"], told["type"], told["width"]) == ("1.0", "rich", 300)
        assert told["title"] == found["title"]
        assert client.get("/oembed", params={**asked, "format": "xml"}).status_code == 501
        assert client.get("/oembed", params={"url": "https://ailleurs.fr/x"}).status_code == 404
        source = told["html"].split('src="')[1].split('"')[0]
        widget = client.get(source)
        assert "frame-ancestors *" in widget.headers["content-security-policy"]
