"""A udata site: organisations with SIRET, datasets in pages, files."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tests.support.portals.base import Answer, FakePortal

LIES = frozenset(
    {"total", "text-total", "repeat", "endless", "html", "truncated", "redirect-loop", "shuffle",
     "ignores-filter", "bom", "silent-cap"}
)  # fmt: skip


def hex_id(text: str) -> str:
    """An id of the shape that udata's database gives."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class UdataPortal(FakePortal):
    """API v1.

    Lies: `total` (three more than there are), `text-total`, `repeat` (next_page never
    ends and repeats the last page), `shuffle` (the order changes between pages),
    `ignores-filter` (lists everybody), `silent-cap` (pages of two, whatever is asked),
    and those of every portal: html, truncated, bom, redirect-loop.
    """

    def __init__(self, **switches: Any) -> None:
        super().__init__(**switches)
        self.organizations: dict[str, dict[str, Any]] = {}
        self.datasets: list[dict[str, Any]] = []
        self._shuffles = 0

    def add_organization(self, name: str, siret: str | None) -> str:
        identifier = hex_id(name)
        self.organizations[identifier] = {
            "id": identifier,
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "business_number_id": siret,
        }
        return identifier

    def add_dataset(
        self, title: str, organization: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        identifier = hex_id(title)
        owner = self.organizations.get(organization or "")
        dataset = {
            "id": identifier,
            "slug": title.lower().replace(" ", "-"),
            "title": title,
            "description": f"Description de {title}",
            "created_at": "2024-01-01T00:00:00+00:00",
            "last_update": "2024-05-01T00:00:00+00:00",
            "license": "lov2",
            "frequency": "annual",
            "tags": ["essai"],
            "organization": owner and {k: owner[k] for k in ("id", "name", "slug")},
            "resources": [],
            "page": f"{self.root}/datasets/{identifier}/",
            "uri": f"{self.root}/api/1/datasets/{identifier}/",
            **fields,
        }
        self.datasets.append(dataset)
        return dataset

    def add_resource(
        self, dataset: dict[str, Any], name: str, content: bytes | str, **fields: Any
    ) -> dict[str, Any]:
        path = f"/static/{dataset['id']}/{name}"
        self.put(path, content)
        resource = {
            "id": hex_id(path),
            "title": name,
            "url": path,  # relative: resolved against the portal's address
            "format": name.rsplit(".", 1)[-1],
            "type": "main",
            **fields,
        }
        dataset["resources"].append(resource)
        return resource

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path == "/api/1/datasets/":
            return self._datasets(query)
        if path == "/api/1/organizations/":
            return self._organizations(query)
        if path.startswith("/api/1/organizations/"):
            wanted = path.split("/")[4]
            for organization in self.organizations.values():
                if wanted in {organization["id"], organization["slug"]}:
                    return _json(organization)
        return None

    def _organizations(self, query: Mapping[str, str]) -> Answer:
        number = query.get("business_number_id")
        found = [
            organization
            for organization in self.organizations.values()
            if "ignores-filter" in self.lying or organization["business_number_id"] == number
        ]
        return _json({"data": found, "page": 1, "total": len(found), "next_page": None})

    def _datasets(self, query: Mapping[str, str]) -> Answer:
        page, size = int(query.get("page", 1)), int(query.get("page_size", 20))
        if page in self.fail_pages:
            return Answer(200, b"<html>Erreur</html>", {"content-type": "text/html"})
        if "silent-cap" in self.lying or "shuffle" in self.lying or "repeat" in self.lying:
            size = 2
        organization = query.get("organization")
        if organization and organization not in self.organizations:
            return Answer(400, b'{"message": "not an id"}')
        found = [
            dataset
            for dataset in self.datasets
            if not organization or (dataset["organization"] or {}).get("id") == organization
        ]
        total: int | str = len(found) + (3 if "total" in self.lying else 0)
        if "shuffle" in self.lying and self._shuffles < len(found) // size:
            # Datasets move from one page to the other while the first pages are read.
            found = found[self._shuffles :] + found[: self._shuffles]
            self._shuffles += 1
        start = (page - 1) * size
        more = start + size < len(found)
        if "repeat" in self.lying and not more:
            start, more = max(0, len(found) - size), True
        return _json(
            {
                "data": found[start : start + size],
                "page": page,
                "page_size": size,
                "total": str(total) if "text-total" in self.lying else total,
                "next_page": f"{self.root}/api/1/datasets/?page={page + 1}" if more else None,
            }
        )


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode(), {"content-type": "application/json"})
