"""`make screenshots`: every page at three widths, and some in the dark, into docs/screenshots/.

Each picture is cut at a few screens and reduced to as many colours as 100 kB allow. The dashboard
is pictured by who holds the key of the administrator.
"""

import argparse
import io
import os
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, StorageState, sync_playwright

from scripts.portal_pages import portal_pages
from tests.support.platform import data_folder, running

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
WIDTHS = (360, 768, 1440)
DARK = ("accueil", "jeu-conforme", "rapport", "carte", "recherche")
_HEIGHT = {360: 640, 768: 1024, 1440: 900}
_SCREENS = {360: 3, 768: 2, 1440: 2}
_COLOURS = (64, 48, 32, 24, 16)
_LARGEST = 100_000
_DASHBOARD = "tableau-de-bord"


def main() -> int:
    """Pictures of a platform that runs (`--url`), or of a demonstration started for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a `socle demo` that runs already")
    parser.add_argument("--key", help="its administrator's key, for the dashboard")
    parser.add_argument("--only", nargs="*", help="names of pages")
    parser.add_argument("--into", type=Path, default=FOLDER)
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed: no pictures.", file=sys.stderr)
        return 1
    if asked.url:
        return _shoot(asked.url, asked.key, chromium, asked.into, asked.only)
    with data_folder() as folder, running("demo", data_dir=folder) as platform:
        platform.wait_for("Ctrl-C arrête")
        key = next(word for word in platform.output().split() if word.startswith("socle_"))
        return _shoot(platform.url, key, chromium, asked.into, asked.only)


def _shoot(url: str, key: str | None, chromium: str, folder: Path, only: list[str] | None) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    pages = {**portal_pages(url), **({_DASHBOARD: f"/{_DASHBOARD}"} if key else {})}
    pages = {name: path for name, path in pages.items() if not only or name in only}
    heavy = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--lang=fr-FR"],
            env={**os.environ, "LANGUAGE": "fr"},
        )
        signed_in = _sign_in(browser, url, key) if key else None
        for name, path in pages.items():
            state = signed_in if name == _DASHBOARD else None
            for width in WIDTHS:
                target = folder / f"{name}-{width}.png"
                heavy += _picture(browser, f"{url}{path}", target, width, state=state)
            if name in DARK:
                target = folder / f"{name}-sombre.png"
                heavy += _picture(browser, f"{url}{path}", target, 1440, dark=True)
        browser.close()
    return 1 if heavy else 0


def _sign_in(browser: Browser, url: str, key: str) -> StorageState:
    """What the browser keeps of a visitor who has given this key."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/connexion")
    page.get_by_label("Clé d’API").fill(key)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"**/{_DASHBOARD}")
    state = context.storage_state()
    context.close()
    return state


def _picture(
    browser: Browser,
    url: str,
    path: Path,
    width: int,
    *,
    dark: bool = False,
    state: StorageState | None = None,
) -> bool:
    """Whether it came out too large."""
    height = _HEIGHT[width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale="fr-FR",
        reduced_motion="reduce",
        storage_state=state,
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(whole, height * _SCREENS[width])})
    shot = page.screenshot()
    context.close()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in _COLOURS:
        image.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        if path.stat().st_size <= _LARGEST:
            break
    size = path.stat().st_size
    print(f"{path.name:32} {image.width} × {image.height:<5} {size / 1000:6.0f} kB")
    return size > _LARGEST


if __name__ == "__main__":
    sys.exit(main())
