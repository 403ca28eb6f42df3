"""Which pages of a site to read: those of its sitemaps, on its host, as robots.txt allows."""

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from services.harvester.connectors.crawl import Crawler, ForbiddenByRobots
from services.harvester.connectors.schema_org.sitemap import Sitemap, read_sitemap
from services.harvester.errors import PortalRefusedError, PortalUnreachable

ACCEPT = "application/xml, text/xml, application/gzip, */*;q=0.1"
SITEMAPS_LIMIT = 500
DEPTH_LIMIT = 3
PAGES_LIMIT = 20_000


@dataclass
class Plan:
    """Pages in the order of the sitemaps; `warnings` make the listing incomplete."""

    pages: dict[str, None] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


async def plan_of(
    crawler: Crawler, start: str, *, path: str = "/", sitemaps_limit: int = SITEMAPS_LIMIT
) -> Plan:
    """The pages whose path begins with `path`.

    Raises `PortalUnreachable` when not even the first sitemap can be had for now; a site
    without one gives an empty plan.
    """
    plan = Plan()
    named = await crawler.sitemaps()
    waiting = [(url, 0) for url in named if crawler.is_inside(url)]
    if is_sitemap_address(start):
        waiting = [(start, 0)]
    waiting = waiting or [(urljoin(start, "/sitemap.xml"), 0)]
    seen: set[str] = set()
    while waiting and len(plan.pages) < PAGES_LIMIT:
        url, depth = waiting.pop(0)
        if url in seen:
            continue
        if len(seen) >= sitemaps_limit:
            plan.warnings.append(f"Plans de site au-delà de {sitemaps_limit} : ils sont omis.")
            break
        seen.add(url)
        sitemap = await _read(crawler, url, plan, only=len(seen) == 1 and not waiting)
        if depth < DEPTH_LIMIT:
            waiting += [(u, depth + 1) for u in sitemap.sitemaps if crawler.is_inside(u)]
        inside = (u for u in sitemap.pages if crawler.is_inside(u))
        plan.pages |= dict.fromkeys(u for u in inside if urlsplit(u).path.startswith(path))
    if len(plan.pages) > PAGES_LIMIT or (waiting and len(plan.pages) >= PAGES_LIMIT):
        plan.pages = dict.fromkeys(list(plan.pages)[:PAGES_LIMIT])
        plan.warnings.append(
            f"Le site a plus de {PAGES_LIMIT} pages : seules les premières sont lues. Limitez la "
            "source à une partie du site (« path »)."
        )
    return plan


def is_sitemap_address(url: str) -> bool:
    """Whether an address is that of a sitemap, by its name."""
    name = urlsplit(url).path.rsplit("/", 1)[-1].lower()
    return "sitemap" in name and name.endswith((".xml", ".xml.gz", ".gz"))


async def _read(crawler: Crawler, url: str, plan: Plan, *, only: bool) -> Sitemap:
    try:
        sitemap = await crawler.fetch(url, read_sitemap, accept=ACCEPT)
    except ForbiddenByRobots as error:
        plan.warnings.append(error.message)
        return Sitemap()
    except PortalRefusedError as error:
        if not (only and error.details.get("http_status") in {404, 410}):
            plan.warnings.append(f"Un plan de site n'a pas pu être lu : {error.message}")
        return Sitemap()
    except PortalUnreachable as error:
        if only:
            raise
        plan.warnings.append(f"Un plan de site n'a pas pu être lu : {error.message}")
        return Sitemap()
    return sitemap
