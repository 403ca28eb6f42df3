"""Reads the pages of a site one by one and keeps the datasets that they describe."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.crawl import Crawler, ForbiddenByRobots
from services.harvester.connectors.schema_org.blocks import Blocks, read_document, read_page
from services.harvester.connectors.schema_org.parser import parse_dataset
from services.harvester.connectors.schema_org.plan import is_sitemap_address, plan_of
from services.harvester.connectors.schema_org.sitemap import is_sitemap
from services.harvester.connectors.transport import RETRY_PAUSES, looks_like_html
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from shared.errors import ServiceError

ACCEPT = "text/html, application/ld+json;q=0.9, */*;q=0.1"
BATCH = 20
"""Web pages of one page of the listing."""

_SAMPLES = 4
_PROMISING = re.compile(r"dataset|jeux?-de-donn|donn[eé]es|data|opendata", re.IGNORECASE)


@dataclass
class _Batch:
    """What some web pages brought; `warnings` make it incomplete, `notes` do not."""

    records: dict[str, DatasetRecord] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class SchemaOrgConnector:
    """Pages with JSON-LD `Dataset`s. `config.path` limits the crawl to a part of the site."""

    kind = "schema-org"
    label = "pages décrites en schema.org"
    options = frozenset({"path"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """The page describes a dataset, or is a sitemap, or one of the sitemap's first does.

        Asks for robots.txt, two sitemaps and four pages at most.
        """
        if is_sitemap(probe.body) or _datasets_of(probe).datasets:
            return True
        if not looks_like_html(probe.body):
            return False
        crawler = Crawler(getter, site.url, pauses=())
        try:
            plan = await plan_of(crawler, site.url, path=_path(site), sitemaps_limit=2)
        except ServiceError:
            return False
        promising = sorted(plan.pages, key=lambda url: not _PROMISING.search(url))
        for url in promising[:_SAMPLES]:
            try:
                if (await crawler.fetch(url, _datasets_of, accept=ACCEPT)).datasets:
                    return True
            except ServiceError:
                continue
        return False

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """The pages of the sitemaps; without one, the page at the address alone."""
        crawler = Crawler(getter, site.url, pauses=self._pauses)
        plan = await plan_of(crawler, site.url, path=_path(site))
        addresses = list(plan.pages)
        if not addresses and not is_sitemap_address(site.url):
            yield await self._alone(site, crawler, tuple(plan.warnings))
            return
        last = json.loads(cursor)["last"] if cursor else None
        # The sitemap may have changed meanwhile: from its beginning, then.
        start = addresses.index(last) + 1 if last in plan.pages else 0
        said = tuple(plan.warnings)
        for begin in range(start, max(len(addresses), start + 1), BATCH):
            urls = addresses[begin : begin + BATCH]
            batch = _Batch()
            for url in urls:
                await _read_into(batch, crawler, url, site)
            ended = begin + BATCH >= len(addresses)
            yield Page(
                records=tuple(batch.records.values()),
                rejected=tuple(batch.rejected),
                complete=not batch.warnings and not said,
                cursor=None if ended else json.dumps({"last": urls[-1]}),
                warnings=(*said, *batch.warnings, *batch.notes),
            )

    async def _alone(self, site: Site, crawler: Crawler, warnings: tuple[str, ...]) -> Page:
        blocks, url = await crawler.fetch(site.url, _located, accept=ACCEPT)
        batch = _Batch()
        _add(batch, blocks, url, site)
        if not batch.records and not batch.rejected:
            raise PortalRefusedError(
                f"{site.url} n'a pas de plan de site (sitemap.xml) et ne décrit aucun jeu de "
                "données en schema.org."
            )
        return Page(
            records=tuple(batch.records.values()),
            rejected=tuple(batch.rejected),
            complete=not warnings and not batch.warnings,
            warnings=(*warnings, *batch.warnings, *batch.notes),
        )


async def _read_into(batch: _Batch, crawler: Crawler, url: str, site: Site) -> None:
    try:
        blocks, final = await crawler.fetch(url, _located, accept=ACCEPT)
    except ForbiddenByRobots:
        return
    except PortalRefusedError as error:
        if error.details.get("http_status") in {404, 410}:
            # A definite answer: the page is gone, and with it what it described.
            batch.notes.append(f"Page annoncée par le plan du site mais absente : {url}")
        else:
            batch.warnings.append(f"Une page n'a pas pu être lue : {error.message}")
    except PortalUnreachable as error:
        batch.warnings.append(f"Une page n'a pas pu être lue : {error.message}")
    else:
        _add(batch, blocks, final, site)


def _add(batch: _Batch, blocks: Blocks, url: str, site: Site) -> None:
    """The datasets of a page; a block that cannot be read may be any of them."""
    if blocks.unreadable:
        batch.rejected.append(
            Rejected(
                f"Une description JSON-LD de {url} est mal formée et n'a pas pu être lue. "
                "Corrigez-la sur la page."
            )
        )
    if blocks.mended:
        batch.notes.append(f"Description JSON-LD mal formée, lue après correction : {url}")
    alone = len(blocks.datasets) == 1 and not blocks.unreadable
    for dataset in blocks.datasets:
        parsed = parse_dataset(dataset, page=url, now=site.now, alone=alone)
        if isinstance(parsed, Rejected):
            batch.rejected.append(parsed)
        else:
            batch.records.setdefault(parsed.remote_id, parsed)


def _datasets_of(answer: Answer) -> Blocks:
    if answer.body.lstrip()[:1] in {b"{", b"["}:
        return read_document(answer.body)
    return read_page(answer.body)


def _located(answer: Answer) -> tuple[Blocks, str]:
    """A page and its final address."""
    if not answer.body.strip():
        raise PortalUnreachable(f"{answer.url} a répondu une page vide.")
    return _datasets_of(answer), answer.url


def _path(site: Site) -> str:
    path = str(site.config.get("path") or "/")
    return path if path.startswith("/") else f"/{path}"
