"""Lists a Hub site: one feed with everything, or the search in pages of a hundred."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from services.harvester.connectors.arcgis_hub.addresses import (
    PAGE_SIZE,
    feed_of,
    is_hub_host,
    root_of,
    search_of,
)
from services.harvester.connectors.arcgis_hub.changes import (
    Descent,
    begin,
    follow,
    modified_of,
    reached,
)
from services.harvester.connectors.arcgis_hub.parser import parse_feature
from services.harvester.connectors.arcgis_hub.scope import (
    owner_of_entry,
    owner_of_feature,
    refuse_the_world,
    wanted_owners,
)
from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.dcat_us.catalogue import entries, is_dcat_us
from services.harvester.connectors.dcat_us.keys import is_arcgis
from services.harvester.connectors.dcat_us.parser import parse_catalogue
from services.harvester.connectors.offsets import Met, Position, next_step, read_total
from services.harvester.connectors.transport import (
    RETRY_PAUSES,
    ask,
    decode_json,
    looks_like_html,
)
from services.harvester.connectors.values.members import mapping
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from shared.errors import ServiceError

TOTAL_LIMIT = 10_000
"""The search never says more, nor gives more."""

PAGES_LIMIT = 1_000
_ACCEPT = "application/json, application/geo+json;q=0.9"


class ArcgisHubConnector:
    """Hub sites. The feed has the files and licences; a site without one is searched.

    A feed that fails is not replaced by the search: the run fails, for both name some
    datasets differently. `config.api`: `feed` or `search`; `config.organizations`: ids of
    the organisations to keep.
    """

    kind = "arcgis-hub"
    label = "ArcGIS Hub"
    options = frozenset({"api", "organizations"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """A feed with items of ArcGIS, or a site of Esri's that can be searched."""
        if probe.body.lstrip().startswith(b"{"):
            return _is_hub_feed(probe)
        page = looks_like_html(probe.body) and b"arcgis" in probe.body.lower()
        if not page and not is_hub_host(site.url):
            return False
        url = search_of(site.url, 0, 1)
        try:
            await ask(getter, url, _decode_search, accept=_ACCEPT, pauses=())
        except ServiceError:
            return False
        return True

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """The feed as one page, or those of the search."""
        if cursor is None and site.config.get("api") != "search":
            read = partial(_read_feed, site=site)
            try:
                yield await ask(
                    getter, feed_of(site.url), read, accept=_ACCEPT, pauses=self._pauses
                )
            except PortalRefusedError as error:
                # Only a site that has no feed at all is searched.
                absent = error.details.get("http_status") in {404, 410}
                if not absent or site.config.get("api") == "feed":
                    raise
            else:
                return
        async for page in self._search(site, getter, cursor):
            yield page

    async def _search(self, site: Site, getter: Getter, cursor: str | None) -> AsyncIterator[Page]:
        met = Met()
        position, descent = _place(cursor) if cursor else (Position(), begin(site.since))
        for _ in range(PAGES_LIMIT):
            url = search_of(site.url, position.start)
            try:
                answer = await ask(getter, url, _decode_search, accept=_ACCEPT, pauses=self._pauses)
                descent = follow(descent, answer["features"], site.since)
                page, after = _read_search(answer, met, position, site, descent)
            except (PortalUnreachable, PortalRefusedError) as error:
                if position == Position():
                    raise
                yield _lost(f"Une page n'a pas pu être lue : {error.message}")
                return
            yield page
            if after is None:
                return
            position = after
        yield _lost(f"Liste abandonnée après {PAGES_LIMIT} pages.")


def _read_feed(answer: Answer, site: Site) -> Page:
    feed = decode_json(answer)
    if not is_dcat_us(feed):
        # Also what is answered while the feed is being made, with status 202.
        raise PortalUnreachable(f"{answer.url} n'a pas répondu un catalogue DCAT-US.")
    wanted = wanted_owners(site.config)
    if wanted:
        feed["dataset"] = [e for e, _ in entries(feed) if owner_of_entry(e) in {None, *wanted}]
    refuse_the_world((owner_of_entry(entry) for entry, _ in entries(feed)), site.url)
    parsed = parse_catalogue(feed, url=answer.url, now=site.now)
    return Page(records=parsed.records, rejected=parsed.rejected)


def _place(cursor: str) -> tuple[Position, Descent]:
    place = json.loads(cursor)
    return Position(**place["position"]), Descent(**place["descent"])


def _read_search(
    answer: dict[str, Any], met: Met, position: Position, site: Site, descent: Descent
) -> tuple[Page, Position | None]:
    features = answer["features"]
    wanted = wanted_owners(site.config)
    total = read_total(answer.get("numberMatched"))
    jumped = met.total is not None and total is not None and total > 2 * met.total + PAGE_SIZE
    if jumped:
        return _lost(
            f"Le total annoncé est passé de {met.total} à {total} en cours de lecture : le "
            "catalogue n'est plus celui du site, la lecture est arrêtée."
        ), None
    met.total = total
    if not wanted:
        refuse_the_world(map(owner_of_feature, features), site.url)
    records: dict[str, DatasetRecord] = {}
    rejected: list[Rejected] = []
    moments: dict[str, datetime] = {}
    keys: set[str] = set()
    for number, feature in enumerate(features):
        parsed = parse_feature(feature, root=root_of(site.url), now=site.now)
        keys.add(parsed.remote_id or f"\u2205{position.start + number}")
        if wanted and owner_of_feature(feature) not in wanted:
            continue
        if isinstance(parsed, Rejected):
            rejected.append(parsed)
        elif parsed.remote_id not in met.ids:
            records.setdefault(parsed.remote_id, parsed)
            if changed := modified_of(feature):
                moments[parsed.remote_id] = changed
    if reached(descent, site.since):
        return Page(
            tuple(records.values()),
            tuple(rejected),
            declared_total=total,
            selective=True,
            moments=moments,
        ), None
    step = next_step(met, position, received=len(features), new=met.add(keys), asked=PAGE_SIZE)
    warnings = step.warnings
    capped = step.after is None and total is not None and total >= TOTAL_LIMIT
    if capped:
        warnings = (*warnings, f"La recherche ne donne pas plus de {TOTAL_LIMIT} jeux de données.")
    return Page(
        records=tuple(records.values()),
        rejected=tuple(rejected),
        complete=step.complete and not capped,
        declared_total=total,
        cursor=_cursor(step.after, descent) if step.after else None,
        warnings=warnings,
        selective=descent.kept,
        moments=moments,
    ), step.after


def _cursor(position: Position, descent: Descent) -> str:
    return json.dumps({"position": asdict(position), "descent": asdict(descent)})


def _decode_search(answer: Answer) -> dict[str, Any]:
    decoded = decode_json(answer)
    if not isinstance(decoded, dict) or not isinstance(decoded.get("features"), list):
        raise PortalUnreachable(
            f"{answer.url} n'a pas répondu une liste d'éléments (membre « features » attendu)."
        )
    return decoded


def _is_hub_feed(probe: Answer) -> bool:
    try:
        decoded = decode_json(probe)
    except ServiceError:
        return False
    if not is_dcat_us(decoded):
        return False
    listed = [is_arcgis(mapping(entry)) for entry, _ in entries(decoded)]
    return 2 * sum(listed) > len(listed)


def _lost(warning: str) -> Page:
    return Page(complete=False, warnings=(warning,))
