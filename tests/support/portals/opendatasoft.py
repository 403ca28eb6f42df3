"""An Opendatasoft site: Explore v2.1, v2.0 and v1, exports, a window, a quota."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.portals.base import HTML, Answer, FakePortal

_V21 = "/api/explore/v2.1/catalog"
_V20 = "/api/explore/v2.0/catalog"
_V1 = "/api/datasets/1.0"
_AFTER = re.compile(r'dataset_id > "([^"]*)"')
_CHANGED = re.compile(r"modified > date'([^']*)'")
_PUBLISHER = re.compile(r'publisher = "([^"]*)"')


class OpendatasoftPortal(FakePortal):
    """Answers the generations of `versions`. Offset and limit must stay below `window`.

    `quota`: calls that are left. `lying` knows `total` (three more), `capped-total` (the
    window), `text-total`, `repeat` (the offset is ignored), `shuffle`, `no-order` (400 for
    an order), `ignores-where`, `ignores-limit` (of exports), `no-exports` (404),
    `no-filtered-exports` (400 for a condition or an order), and those of every portal.
    """

    def __init__(
        self,
        *,
        versions: tuple[str, ...] = ("v2.1", "v2.0", "v1"),
        window: int = 10_000,
        cap: int = 100,
        quota: int | None = None,
        **switches: Any,
    ) -> None:
        super().__init__(**switches)
        self.versions = versions
        self.window = window
        self.cap = cap
        self.quota = quota
        self.datasets: list[dict[str, Any]] = []
        self._shuffles = 0

    def add_dataset(
        self, identifier: str, title: str | None, publisher: str | None = None, **fields: Any
    ) -> dict[str, Any]:
        metas = fields.pop("metas", {})
        dataset = {
            "dataset_id": identifier,
            "has_records": True,
            "data_visible": True,
            "features": ["analyze"],
            "attachments": [],
            "alternative_exports": [],
            "fields": [{"name": "a", "label": "A", "type": "text"}],
            "metas": {
                "default": {
                    "title": title,
                    "publisher": publisher,
                    "license": "Licence Ouverte v2.0",
                    "data_processed": "2024-05-02T03:00:00+00:00",
                    "modified": "2024-06-01T00:00:00+00:00",
                    "records_count": 2,
                    **metas,
                },
                "dcat": {"accrualperiodicity": "annual"},
            },
            **fields,
        }
        self.datasets.append(dataset)
        return dataset

    def publish(self, dataset: dict[str, Any], content: bytes | str) -> None:
        """The records of a dataset, as every export gives them."""
        self.put(f"{_V21}/datasets/{dataset['dataset_id']}/exports/csv", content)

    async def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        if self.quota is not None and not urlsplit(target).path.endswith("/exports/csv"):
            if self.quota <= 0:
                self.requests.append(target)
                return _json(
                    {
                        "errorcode": 10002,
                        "reset_time": "2026-11-24T00:00:00Z",
                        "error": "Too many requests on the domain.",
                    },
                    status=429,
                )
            self.quota -= 1
        answer = await super().answer(target, headers)
        if self.quota is not None:
            answer.headers["x-ratelimit-limit"] = "100"
            answer.headers["x-ratelimit-remaining"] = str(self.quota)
            answer.headers["x-ratelimit-reset"] = "2026-11-24 00:00:00+00:00"
        return answer

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path == "/":
            return Answer(200, HTML, {"content-type": "text/html"})
        for version, root in (("v2.1", _V21), ("v2.0", _V20)):
            if version in self.versions and path.startswith(root):
                return self._v2(path.removeprefix(root), query, version)
        if "v1" in self.versions and path.startswith(_V1):
            return self._v1(path.removeprefix(f"{_V1}/").strip("/"), query)
        return None

    def _v2(self, path: str, query: Mapping[str, str], version: str) -> Answer | None:
        if path == "/datasets":
            return self._datasets(query, version)
        if path == "/exports/json":
            return self._export(query)
        for dataset in self.datasets:
            if path == f"/datasets/{dataset['dataset_id']}":
                return _json(dataset)
        return _json({"error_code": "NotFoundResource", "message": "Absent"}, status=404)

    def _datasets(self, query: Mapping[str, str], version: str) -> Answer:
        start, size = int(query.get("offset", 0)), int(query.get("limit", 10))
        unordered = query.get("order_by") and "no-order" in self.lying
        if unordered or start + size >= self.window or size > 100:
            return _refused()
        found = self._found(query)
        shown = self._page(found, start, size)
        if version == "v2.0":
            wrapped = [{"links": [], "dataset": dataset} for dataset in shown]
            return _json({"total_count": self._total(found), "links": [], "datasets": wrapped})
        return _json({"total_count": self._total(found), "results": shown})

    def _export(self, query: Mapping[str, str]) -> Answer:
        if "no-exports" in self.lying:
            return _json({"error_code": "NotFoundResource", "message": "Absent"}, status=404)
        if "no-filtered-exports" in self.lying and {"where", "order_by"} & query.keys():
            return _refused()
        found = self._found(query)
        limit = int(query.get("limit", -1))
        if limit >= 0 and "ignores-limit" not in self.lying:
            found = found[:limit]
        return _json(found)

    def _v1(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path != "search":
            named = (d for d in self.datasets if d["dataset_id"] == path)
            return next((_json(_flat(dataset)) for dataset in named), None)
        publisher = query.get("refine.publisher")
        found = [
            d for d in self.datasets if publisher in {None, d["metas"]["default"]["publisher"]}
        ]
        shown = self._page(found, int(query.get("start", 0)), int(query.get("rows", 10)))
        return _json(
            {"nhits": self._total(found), "parameters": {}, "datasets": [_flat(d) for d in shown]}
        )

    def _found(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        found = list(self.datasets)
        if query.get("order_by") == "dataset_id":
            found.sort(key=lambda dataset: dataset["dataset_id"])
        where = query.get("where", "")
        if "ignores-where" in self.lying:
            return found
        if names := _PUBLISHER.findall(where):
            found = [d for d in found if d["metas"]["default"]["publisher"] in names]
        if changed := _CHANGED.search(where):
            found = [d for d in found if d["metas"]["default"]["modified"] > changed[1]]
        if after := _AFTER.search(where):
            found = [d for d in found if d["dataset_id"] > after[1]]
        return found

    def _page(self, found: list[dict[str, Any]], start: int, size: int) -> list[dict[str, Any]]:
        size = min(size, self.cap)
        if "shuffle" in self.lying and self._shuffles * size < len(found):
            found = found[self._shuffles :] + found[: self._shuffles]
            self._shuffles += 1
        return found[:size] if "repeat" in self.lying else found[start : start + size]

    def _total(self, found: list[dict[str, Any]]) -> int | str:
        if "capped-total" in self.lying:
            return min(len(found), self.window)
        total = len(found) + 3 * ("total" in self.lying)
        return str(total) if "text-total" in self.lying else total


def _flat(dataset: dict[str, Any]) -> dict[str, Any]:
    """As v1 writes it."""
    flat = {key: value for key, value in dataset.items() if key not in {"dataset_id", "metas"}}
    metas = dataset["metas"]
    return {
        **flat,
        "datasetid": dataset["dataset_id"],
        "metas": metas["default"],
        "interop_metas": {name: group for name, group in metas.items() if name != "default"},
    }


def _json(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"content-type": "application/json"})


def _refused() -> Answer:
    return _json({"error_code": "ODSQLError", "message": "Requête refusée"}, status=400)


def asked_for(target: str) -> dict[str, str]:
    """The query of a request."""
    return dict(parse_qsl(urlsplit(target).query))
