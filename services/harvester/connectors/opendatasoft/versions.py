"""The addresses of the generations of Opendatasoft's API. Pure."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from services.harvester.connectors.opendatasoft.site import Wanted, quoted

WINDOW = 10_000
"""Offset and limit together must stay below this on every generation."""

ORDERS = ("dataset_id", "")
"""Orders to ask for; a site may refuse the first."""


@dataclass(frozen=True)
class Version:
    """One generation; `path` leads to its catalogue, `size` is datasets per page."""

    name: str
    path: str
    size: int

    def page(self, wanted: Wanted, *, start: int, order: str, size: int | None = None) -> str:
        """A page of the catalogue."""
        rows = str(min(size or self.size, WINDOW - 1 - start))
        if self.name == "v1":
            query = [("rows", rows), ("start", str(start)), ("interopmetas", "true")]
            query += [(f"refine.{facet}", value) for facet, value in wanted.refine]
            query += [("refine.publisher", name) for name in wanted.publishers]
            if len(wanted.publishers) > 1:
                query.append(("disjunctive.publisher", "true"))
            query += [(f"exclude.{facet}", value) for facet, value in wanted.exclude]
            return f"{wanted.root}{self.path}/search/?{urlencode(query)}"
        query = [("limit", rows), ("offset", str(start))]
        query += [("order_by", order)] if order else []
        return f"{wanted.root}{self.path}/datasets?{urlencode(query + _filters(wanted))}"

    def one(self, wanted: Wanted, dataset: str) -> str:
        """A single dataset."""
        identifier = quote(dataset, safe="@")
        if self.name == "v1":
            return f"{wanted.root}{self.path}/{identifier}/"
        return f"{wanted.root}{self.path}/datasets/{identifier}"

    def export(self, wanted: Wanted, *, after: str | None, limit: int) -> str:
        """The catalogue as one document; with `after`, `limit` datasets that follow that id."""
        if after is None:
            query = _filters(wanted)
        else:
            more = f"dataset_id > {quoted(after)}" if after else ""
            query = [("order_by", "dataset_id"), ("limit", str(limit)), *_filters(wanted, more)]
        return f"{wanted.root}{self.path}/exports/json?{urlencode(query)}".rstrip("?")

    def file(self, root: str, dataset: str, format_name: str) -> str:
        """The records of a dataset as a file, its columns headed by their labels."""
        identifier = quote(dataset, safe="@")
        if self.name == "v1":
            query = {"format": format_name, "use_labels_for_header": "true"}
            return f"{root}/explore/dataset/{identifier}/download?{urlencode(query)}"
        labels = "?use_labels=true" if format_name in {"csv", "xlsx"} else ""
        return f"{root}{self.path}/datasets/{identifier}/exports/{format_name}{labels}"

    def attached(self, root: str, dataset: str, part: str, identifier: str) -> str:
        """An attached file; `part` is `attachments` or `alternative_exports`."""
        names = quote(dataset, safe="@"), quote(identifier, safe="")
        if self.name == "v1":
            return f"{root}{self.path}/{names[0]}/{part}/{names[1]}/"
        return f"{root}{self.path}/datasets/{names[0]}/{part}/{names[1]}"


VERSIONS = (
    Version("v2.1", "/api/explore/v2.1/catalog", 100),
    Version("v2.0", "/api/explore/v2.0/catalog", 100),
    Version("v2.0", "/api/v2/catalog", 100),
    Version("v1", "/api/datasets/1.0", 200),
)
"""The newest first; older portals answer an older one only."""


def _filters(wanted: Wanted, *more: str) -> list[tuple[str, str]]:
    where = wanted.condition(*more)
    query = [("where", where)] if where else []
    query += [("refine", f"{facet}:{value}") for facet, value in wanted.refine]
    return query + [("exclude", f"{facet}:{value}") for facet, value in wanted.exclude]
