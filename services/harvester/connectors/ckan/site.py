"""Where the API of a CKAN site is, and which part of it an address means. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlencode, urlsplit, urlunsplit

from services.harvester.connectors.contract import Site
from services.harvester.connectors.values.texts import clean_line

API_PATHS = ("/api/3/action", "/api/action", "/data/api/3/action")
"""Where the action API is met, the usual place first."""

OVERLAP = timedelta(hours=1)
"""Asked for again of what was listed before: clocks differ and indexing takes its time."""

_MARK = re.compile(
    r"(?:/(?:fr|en|es|de|it|nl|pt|br|ca|eu))?"
    r"/(?P<what>api(?:/3)?/action|api/3|dataset|organization|group)(?:/(?P<which>[^/]+))?(?=/|$)"
)
_PLAIN = re.compile(r"[\w.-]+$")


@dataclass(frozen=True)
class Wanted:
    """What of which site. `apis` are the addresses to try, without a trailing slash.

    `organizations` are names, ids or titles; `filters` are Solr's; `dataset` stands for
    one dataset alone, `since` for those that changed after it.
    """

    root: str
    apis: tuple[str, ...]
    organizations: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    query: str | None = None
    dataset: str | None = None
    since: datetime | None = None

    def search(self, *, start: int, rows: int, sort: str) -> str:
        """The query string of `package_search`."""
        filters = [f"organization:({_any_of(self.organizations)})"] if self.organizations else []
        filters += self.filters
        if self.since:
            filters.append(
                f"metadata_modified:[{self.since.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ} TO *]"
            )
        query = {"rows": str(rows), "start": str(start)}
        if sort:
            query["sort"] = sort
        if self.query:
            query["q"] = self.query
        if filters:
            query["fq"] = filters[0] if len(filters) == 1 else _all_of(filters)
        return urlencode(query)


def wanted_of(site: Site) -> Wanted:
    """The source's configuration (`organization`, `group`, `fq`, `dataset`), else its address."""
    parts = urlsplit(site.url)
    path, mark = parts.path, _MARK.search(parts.path)
    root_path = path[: mark.start()] if mark else path.rstrip("/")
    what = mark["what"] if mark else ""
    which = unquote(mark["which"]) if mark and mark["which"] and what != "api/3" else None
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    organizations = _names(site.config.get("organization"))
    groups = _names(site.config.get("group"))
    if not organizations:
        named = which if what == "organization" else query.get("organization")
        organizations = _names(named)
    if not groups:
        groups = _names(which if what == "group" else query.get("groups"))
    filters = [f"groups:({_any_of(groups)})"] if groups else []
    filters += filter(None, [clean_line(site.config.get("fq") or query.get("fq"))])
    root = urlunsplit((parts.scheme, parts.netloc, root_path, "", ""))
    paths = [f"/{what}"] if what in {"api/action", "api/3/action"} else []
    return Wanted(
        root=root,
        apis=tuple(root + path for path in dict.fromkeys([*paths, *API_PATHS])),
        organizations=organizations,
        filters=tuple(filters),
        query=clean_line(query.get("q")) if what != "dataset" or which is None else None,
        dataset=_dataset(site.config, what, which, query),
        since=site.since and site.since - OVERLAP,
    )


def _dataset(
    config: Mapping[str, object], what: str, which: str | None, query: Mapping[str, str]
) -> str | None:
    if configured := clean_line(config.get("dataset")):
        return configured
    if what == "dataset":
        return which
    return query.get("id") if what.endswith("action") and which == "package_show" else None


def _names(value: object) -> tuple[str, ...]:
    """One name, several between commas, or a list of names."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return tuple(filter(None, (clean_line(part) for part in parts)))


def _any_of(names: tuple[str, ...]) -> str:
    return " OR ".join(
        name if _PLAIN.match(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
        for name in names
    )


def _all_of(filters: list[str]) -> str:
    """Each in brackets: `a OR b -c` would bind otherwise than it reads."""
    return " AND ".join(f"({each})" for each in filters)
