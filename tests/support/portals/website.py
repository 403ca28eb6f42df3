"""A town's web site: pages, a robots.txt, sitemaps, datasets described in JSON-LD."""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from tests.support.portals.base import Answer, FakePortal


class Website(FakePortal):
    """`pages` by path; those of `fail_paths` answer 500, of `forbidden` 403, of `gone` 404
    although announced.

    `sitemap`: `plain`, `gzip`, `index` (two children, packed), `robots` (under a name that only
    robots.txt tells) or `none`. Lies: `elsewhere` (the sitemap lists another host as well),
    `loop` (a sitemap that lists itself), and those of every portal.
    """

    def __init__(self, *, sitemap: str = "plain", **switches: Any) -> None:
        super().__init__(**switches)
        self.sitemap = sitemap
        self.robots = ""
        self.pages: dict[str, str] = {}
        self.fail_paths: set[str] = set()
        self.forbidden: set[str] = set()
        self.gone: set[str] = set()

    def add_page(self, path: str, body: str = "", *, title: str = "Page") -> str:
        head = f"<head><meta charset='utf-8'><title>{title}</title></head>"
        self.pages[path] = f"<!DOCTYPE html><html lang='fr'>{head}<body>{body}</body></html>"
        return f"{self.root}{path}"

    def add_dataset(self, path: str, name: str, **fields: Any) -> str:
        organization = {"@context": "https://schema.org", "@type": "Organization", "name": "Ville"}
        dataset = {"@context": "https://schema.org", "@type": "Dataset", "name": name, **fields}
        blocks = "".join(
            f"<script type='application/ld+json'>{json.dumps(each)}</script>"
            for each in (organization, dataset)
        )
        return self.add_page(path, blocks, title=name)

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path in self.fail_paths:
            return Answer(500, b"")
        if path in self.forbidden:
            return Answer(403, b"")
        if path == "/robots.txt":
            return self._robots()
        if path.startswith("/sitemap") or path == "/plan.xml":
            return self._sitemap(path)
        if path in self.pages and path not in self.gone:
            return Answer(200, self.pages[path].encode(), {"content-type": "text/html"})
        return None

    def _robots(self) -> Answer | None:
        named = f"Sitemap: {self.root}/plan.xml\n" if self.sitemap == "robots" else ""
        text = self.robots + named
        return Answer(200, text.encode(), {"content-type": "text/plain"}) if text else None

    def _sitemap(self, path: str) -> Answer | None:
        wanted = {"robots": "/plan.xml", "none": ""}.get(self.sitemap, "/sitemap.xml")
        paths = [*self.pages]
        if path == wanted and self.sitemap == "index":
            return _xml(
                "sitemapindex", "sitemap", [f"{self.root}/sitemap{n}.xml.gz" for n in (1, 2)]
            )
        if self.sitemap == "index" and path in {"/sitemap1.xml.gz", "/sitemap2.xml.gz"}:
            half = paths[::2] if path == "/sitemap1.xml.gz" else paths[1::2]
            return self._packed(half)
        if path != wanted:
            return None
        return self._packed(paths) if self.sitemap == "gzip" else self._urls(paths)

    def _urls(self, paths: list[str]) -> Answer:
        urls = [f"{self.root}{path}" for path in paths]
        if "elsewhere" in self.lying:
            urls.insert(0, "https://ailleurs.test/page")
        if "loop" in self.lying:
            return _xml("sitemapindex", "sitemap", [f"{self.root}/sitemap.xml"])
        return _xml("urlset", "url", urls)

    def _packed(self, paths: list[str]) -> Answer:
        body = gzip.compress(self._urls(paths).body)
        return Answer(200, body, {"content-type": "application/gzip"})


def _xml(root: str, entry: str, urls: list[str]) -> Answer:
    lines = "".join(f"<{entry}><loc>{url}</loc></{entry}>" for url in urls)
    text = f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{lines}</{root}>'
    return Answer(200, text.encode(), {"content-type": "application/xml"})
