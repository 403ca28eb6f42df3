"""`make screenshots`: every page at three widths, and some in the dark, into docs/screenshots/.

Each picture is cut at a few screens and reduced to as many colours
as 100 kB allow.
"""

import argparse
import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from scripts.portal_pages import portal_pages
from tests.support.platform import data_folder, running

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
WIDTHS = (360, 768, 1440)
DARK = ("accueil", "jeu-conforme", "rapport", "carte", "recherche")
_HEIGHT = {360: 640, 768: 1024, 1440: 900}
_SCREENS = {360: 3, 768: 2, 1440: 2}
_COLOURS = (64, 48, 32, 24, 16)
_LARGEST = 100_000


def main() -> int:
    """Pictures of a platform that runs (`--url`), or of a demonstration started for them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a `socle demo` that runs already")
    parser.add_argument("--only", nargs="*", help="names of pages")
    parser.add_argument("--into", type=Path, default=FOLDER)
    asked = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("Chromium is not installed: no pictures.", file=sys.stderr)
        return 1
    if asked.url:
        return _shoot(asked.url, chromium, asked.into, asked.only)
    with data_folder() as folder, running("demo", data_dir=folder) as platform:
        platform.wait_for("Ctrl-C arrête")
        return _shoot(platform.url, chromium, asked.into, asked.only)


def _shoot(url: str, chromium: str, folder: Path, only: list[str] | None) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    pages = {n: p for n, p in portal_pages(url).items() if not only or n in only}
    heavy = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, path in pages.items():
            for width in WIDTHS:
                heavy += _picture(browser, f"{url}{path}", folder / f"{name}-{width}.png", width)
            if name in DARK:
                target = folder / f"{name}-sombre.png"
                heavy += _picture(browser, f"{url}{path}", target, 1440, dark=True)
        browser.close()
    return 1 if heavy else 0


def _picture(browser: Browser, url: str, path: Path, width: int, *, dark: bool = False) -> bool:
    """Whether it came out too large."""
    height = _HEIGHT[width]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale="fr-FR",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url, wait_until="networkidle")
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(whole, height * _SCREENS[width])})
    shot = page.screenshot()
    context.close()
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for colours in _COLOURS:
        image.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= _LARGEST:
            break
    size = path.stat().st_size
    print(f"{path.name:32} {image.width} × {image.height:<5} {size / 1000:6.0f} kB")
    return size > _LARGEST


if __name__ == "__main__":
    sys.exit(main())
