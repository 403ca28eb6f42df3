"""A CKAN or DKAN site: organisations, packages in pages, files."""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any, Literal

from tests.support.portals.base import HTML, Answer, FakePortal

Software = Literal["ckan", "dkan"]


class CkanPortal(FakePortal):
    """The action API at `api`.

    `cap` is the silent limit of a page. Packages whose id is in `spoiled` break every page
    they are on; those in `hidden` are named but refused.

    Lies: `total` (three more than there are), `text-total`, `low-total` (one), `repeat`
    (start is ignored), `shuffle` (the order changes between pages), `no-id-sort` (409),
    `ignores-filter`, and those of every portal: html, truncated, bom, redirect-loop.
    """

    def __init__(
        self,
        *,
        software: Software = "ckan",
        api: str = "/api/3/action",
        cap: int = 1000,
        **switches: Any,
    ) -> None:
        super().__init__(**switches)
        self.software = software
        self.api = api
        self.cap = cap
        self.organizations: dict[str, dict[str, Any]] = {}
        self.packages: list[dict[str, Any]] = []
        self.spoiled: set[str] = set()
        self.hidden: set[str] = set()
        self._shuffles = 0

    def add_organization(self, name: str, title: str) -> str:
        self.organizations[name] = {"id": _id(name), "name": name, "title": title}
        return name

    def add_package(
        self, name: str, title: object, organization: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        dkan = self.software == "dkan"
        owner = self.organizations.get(organization or "")
        package = {
            "id": _id(name),
            "name": name,
            "title": title,
            "notes": f"Description de {title}",
            "type": "Dataset" if dkan else "dataset",
            "state": "Active" if dkan else "active",
            "private": dkan,
            "license_id": None if dkan else "lov2",
            "metadata_created": "2024-01-01T00:00:00.000000",
            "metadata_modified": "jeu, 02/05/2024 - 03:00" if dkan else "2024-05-02T03:00:00",
            "organization": None if dkan else owner,
            "groups": [{**owner, "name": f"group/{owner['name']}"}] if dkan and owner else [],
            "tags": [{"name": "essai"}],
            "extras": [],
            "resources": [],
            **fields,
        }
        self.packages.append(package)
        return package

    def add_resource(
        self, package: dict[str, Any], name: str, content: bytes | str, **fields: Any
    ) -> dict[str, Any]:
        path = f"/dataset/{package['id']}/resource/{name}"
        self.put(path, content)
        resource = {
            "id": _id(path),
            "name": name,
            "url": path,  # relative: resolved against the site's address
            "format": name.rsplit(".", 1)[-1].upper(),
            "state": "active",
            **fields,
        }
        package["resources"].append(resource)
        return resource

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path == "/":
            return Answer(200, self._home(), {"content-type": "text/html"})
        if not path.startswith(f"{self.api}/"):
            return None
        action = path.removeprefix(f"{self.api}/")
        if action == "package_search" and self.software == "ckan":
            return self._search(query)
        if action == "package_list":
            return _success([package["name"] for package in self.packages])
        if action == "package_show":
            return self._show(query.get("id", ""))
        return None

    def _home(self) -> bytes:
        if self.software == "ckan":
            return HTML.replace(b"<body>", b'<meta name="generator" content="ckan 2.10.4" /><body>')
        return HTML

    def _show(self, wanted: str) -> Answer:
        for package in self.packages:
            if wanted in {package["id"], package["name"]}:
                if package["id"] in self.hidden:
                    return _failure("Authorization Error", 403)
                if package["id"] in self.spoiled:
                    return Answer(500, HTML, {"content-type": "text/html"})
                return _success([package] if self.software == "dkan" else package)
        return _failure("Not Found Error", 404)

    def _search(self, query: Mapping[str, str]) -> Answer:
        sort = query.get("sort", "")
        if "no-id-sort" in self.lying and sort.startswith("id"):
            return _failure("Search Query Error", 409)
        found = self._filtered(query.get("fq", ""))
        if sort.startswith("id"):
            found = sorted(found, key=lambda package: str(package["id"]))
        start, rows = int(query.get("start", 0)), min(int(query.get("rows", 10)), self.cap)
        if "shuffle" in self.lying and self._shuffles * rows < len(found):
            found = found[self._shuffles :] + found[: self._shuffles]
            self._shuffles += 1
        if "repeat" in self.lying:
            start = 0
        shown = found[start : start + rows]
        if any(package["id"] in self.spoiled for package in shown):
            return Answer(500, HTML, {"content-type": "text/html"})
        total: int | str = len(found) + 3 * ("total" in self.lying)
        if "low-total" in self.lying:
            total = 1
        if "text-total" in self.lying:
            total = str(total)
        return _success({"count": total, "sort": sort, "facets": {}, "results": shown})

    def _filtered(self, query: str) -> list[dict[str, Any]]:
        if "ignores-filter" in self.lying:
            return list(self.packages)
        if changed := re.match(r"metadata_modified:\[(\S+)Z TO \*\]", query):
            return [p for p in self.packages if p["metadata_modified"] >= changed[1]]
        if not query.startswith("organization:("):
            return list(self.packages)
        names = set(query.removeprefix("organization:(").removesuffix(")").split(" OR "))
        return [p for p in self.packages if (p["organization"] or {}).get("name") in names]


def _id(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def _success(result: object) -> Answer:
    body = json.dumps({"help": "…", "success": True, "result": result}).encode()
    return Answer(200, body, {"content-type": "application/json"})


def _failure(kind: str, status: int) -> Answer:
    body = json.dumps({"success": False, "error": {"__type": kind, "message": "non"}}).encode()
    return Answer(status, body, {"content-type": "application/json"})
