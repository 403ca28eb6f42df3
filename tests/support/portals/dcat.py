"""A DCAT catalogue in three syntaxes, in one document or in Hydra pages."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pyoxigraph import RdfFormat, parse, serialize

from tests.support.portals.base import Answer, FakePortal

Syntax = Literal["turtle", "xml", "jsonld"]
Dialect = Literal["partial-view", "paged-collection", "literal", "none"]

_FORMATS = {"turtle": RdfFormat.TURTLE, "xml": RdfFormat.RDF_XML}
_TYPES = {"turtle": "text/turtle", "xml": "application/rdf+xml", "jsonld": "application/ld+json"}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
}


class DcatPortal(FakePortal):
    """`/catalog` in pages of `page_size`.

    Lies: `total` (three more), `loop` (the last page goes on with the first), `back` (with
    the one but last), `endless` (empty pages for ever, no total), `other-host` (next names an
    inner host), `wrong-type` (text/html), and those of every portal.
    """

    def __init__(
        self,
        *,
        syntax: Syntax = "turtle",
        dialect: Dialect = "partial-view",
        page_size: int = 2,
        **switches: Any,
    ) -> None:
        super().__init__(**switches)
        self.syntax = syntax
        self.dialect = dialect
        self.page_size = page_size
        self.datasets: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"{self.root}/catalog"

    def add_dataset(self, identifier: str, title: str, **fields: Any) -> dict[str, Any]:
        dataset = {
            "@id": f"/dataset/{identifier}",
            "@type": "dcat:Dataset",
            "dct:identifier": identifier,
            "dct:title": {"@value": title, "@language": "fr"},
            "dct:license": {"@id": "https://spdx.org/licenses/etalab-2.0"},
            "dcat:distribution": [],
            **fields,
        }
        self.datasets.append(dataset)
        return dataset

    def add_file(
        self, dataset: dict[str, Any], name: str, content: bytes | str, **fields: Any
    ) -> None:
        path = f"/files/{name}"
        self.put(path, content)
        dataset["dcat:distribution"].append(
            {
                "@id": f"/distribution/{name}",
                "@type": "dcat:Distribution",
                "dct:title": name,
                "dcat:downloadURL": {"@id": path},
                "dct:format": name.rsplit(".", 1)[-1].upper(),
                **fields,
            }
        )

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path != "/catalog":
            return None
        page = int(query.get("page", 1))
        if page in self.fail_pages:
            return Answer(200, b"<html>Erreur</html>", {"content-type": "text/html"})
        body = self._serialised(self._page(page))
        kind = "text/html" if "wrong-type" in self.lying else _TYPES[self.syntax]
        return Answer(200, body, {"content-type": kind})

    def _page(self, page: int) -> dict[str, Any]:
        size = len(self.datasets) or 1 if self.dialect == "none" else self.page_size
        pages = max(1, -(-len(self.datasets) // size))
        shown = self.datasets[(page - 1) * size : page * size]
        catalog = {
            "@id": "/catalog",
            "@type": ["dcat:Catalog", "hydra:Collection"],
            "dct:title": "Catalogue",
            "dcat:dataset": [{"@id": dataset["@id"]} for dataset in self.datasets],
        }
        if self.dialect != "none" and "endless" not in self.lying:
            catalog["hydra:totalItems"] = str(len(self.datasets) + 3 * ("total" in self.lying))
        return {"@context": _CONTEXT, "@graph": [catalog, *shown, *self._view(page, pages)]}

    def _view(self, page: int, pages: int) -> list[dict[str, Any]]:
        if self.dialect == "none":
            return []
        following: int | None = page + 1 if page < pages else None
        if following is None and "loop" in self.lying:
            following = 1
        if "endless" in self.lying:
            following = page + 1
        if following is None and "back" in self.lying:
            following = max(1, page - 1)
        paged = self.dialect == "paged-collection"
        view: dict[str, Any] = {
            "@id": f"/catalog?page={page}",
            "@type": "hydra:PagedCollection" if paged else "hydra:PartialCollectionView",
        }
        if following:
            host = "http://interne.local:8080" if "other-host" in self.lying else ""
            address = f"{host}/catalog?page={following}"
            view["hydra:nextPage" if paged else "hydra:next"] = (
                address if self.dialect == "literal" else {"@id": address}
            )
        return [view]

    def _serialised(self, document: dict[str, Any]) -> bytes:
        text = json.dumps(document).encode()
        if self.syntax == "jsonld":
            return text
        quads = parse(text, format=RdfFormat.JSON_LD, base_iri=f"{self.root}/catalog")
        body = serialize((quad.triple for quad in quads), format=_FORMATS[self.syntax])
        assert body is not None
        return body
