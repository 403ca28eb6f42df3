"""An ArcGIS Hub: a DCAT-US feed and a search of items."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tests.support.portals.base import Answer, FakePortal

FEED = "/api/feed/dcat-us/1.1.json"
SEARCH = "/api/search/v1/collections/dataset/items"


class HubPortal(FakePortal):
    """Lies: `no-feed` (404), `forbidden-feed` (403), `pending` (202 instead of the feed),
    `world` (an organisation per item), `total` (three more), `shuffle` (items move while
    they are read), `jump` (the total of the second page is the world's), `silent-cap`
    (pages of two), `repeat` (the first page for ever),
    `unsorted` (the search keeps its own order), and those of every portal.
    """

    def __init__(self, **switches: Any) -> None:
        super().__init__(**switches)
        self.items: list[dict[str, Any]] = []
        self._shuffles = 0

    def add_dataset(self, title: str, layer: int = 0, **fields: Any) -> dict[str, Any]:
        identifier = hashlib.md5(title.encode()).hexdigest()
        owner = f"Org{len(self.items):013}" if "world" in self.lying else "OrgOfTheTown0001"
        item = {
            "id": identifier,
            "title": title,
            "type": "Feature Service",
            "access": "public",
            "orgId": owner,
            "url": f"https://services.arcgis.com/{owner}/arcgis/rest/services/x/FeatureServer/{layer}",
            "licenseInfo": "<p>https://www.etalab.gouv.fr/licence-ouverte-open-licence/</p>",
            "modified": 1_700_000_000_000,
            "layer": layer,
            **fields,
        }
        self.items.append(item)
        return item

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path == "/":
            page = b"<!DOCTYPE html><html><script src='https://js.arcgis.com'></script></html>"
            return Answer(200, page, {"content-type": "text/html"})
        if path == FEED and "no-feed" not in self.lying:
            return self._feed()
        if path == SEARCH:
            return self._search(int(query["startindex"]), int(query["limit"]))
        return None

    def _feed(self) -> Answer:
        if "forbidden-feed" in self.lying:
            return Answer(403, b"")
        if "pending" in self.lying:
            return _json({"status": "Pending"}, 202)
        standard = "https://project-open-data.cio.gov/v1.1/schema"
        return _json({"conformsTo": standard, "dataset": [self._entry(i) for i in self.items]})

    def _entry(self, item: dict[str, Any]) -> dict[str, Any]:
        key, layer = item["id"], item["layer"]
        file = f"{self.root}/api/download/v1/items/{key}/csv?layers={layer}"
        return {
            "identifier": f"https://www.arcgis.com/home/item.html?id={key}&sublayer={layer}",
            "title": item["title"],
            "license": item["licenseInfo"],
            "accessLevel": "public",
            "distribution": [
                {"format": "CSV", "accessURL": file},
                {"format": "ArcGIS GeoServices REST API", "accessURL": item["url"]},
            ],
        }

    def _search(self, start: int, size: int) -> Answer:
        if "silent-cap" in self.lying or "shuffle" in self.lying or "jump" in self.lying:
            size = min(size, 2)
        if "repeat" in self.lying:
            start, size = 1, 2
        items = self.items
        if "unsorted" not in self.lying:
            items = sorted(items, key=lambda item: -item["modified"])
        if "shuffle" in self.lying and self._shuffles < 2:
            items = items[self._shuffles :] + items[: self._shuffles]
            self._shuffles += 1
        shown = items[start - 1 : start - 1 + size]
        total = len(self.items) + 3 * ("total" in self.lying)
        if "jump" in self.lying and start > 1:
            total = 10_000
        features = [{"id": i["id"], "geometry": None, "properties": i} for i in shown]
        return _json({"type": "FeatureCollection", "features": features, "numberMatched": total})


def _json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"content-type": "application/json"})
