"""Lists a CSW catalogue: the best schema it really gives, smaller pages where one fails."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.csw.parser import Parsed, parse_response
from services.harvester.connectors.csw.requests import (
    DUBLIN_CORE,
    ISO,
    PROFILES,
    Profile,
    capabilities_url,
    endpoint_of,
    may_be_csw,
    records_url,
)
from services.harvester.connectors.csw.response import Response, is_catalogue, read_response
from services.harvester.connectors.csw.walk import Position, next_step
from services.harvester.connectors.transport import RETRY_PAUSES, ask
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError

ACCEPT = "application/xml, text/xml;q=0.9, */*;q=0.1"
SIZES = (25, 12, 6, 3, 1)
"""Records asked for; one bad record spoils the page that the server makes of it."""

PAGES_LIMIT = 40_000
SKIPS_LIMIT = 20
FAILING_LIMIT = 3
OVERLAP = timedelta(days=1)
"""Asked for again of what was listed before: many dates of records are days, without a zone."""


class CswConnector:
    """CSW 2.0.2 by GET. `config.output`: `iso`, `dcat` or `dublin-core`; else the first that
    the server gives of ISO 19139 and Dublin Core, for what it claims to give is no proof.
    """

    kind = "csw"
    label = "CSW (GeoNetwork et autres catalogues géographiques)"
    options = frozenset({"output"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """The answer is a catalogue's; an address that looks like one is asked."""
        if is_catalogue(probe):
            return True
        if not may_be_csw(site.url):
            return False
        url = capabilities_url(endpoint_of(site.url))
        try:
            return await ask(getter, url, is_catalogue, accept=ACCEPT, pauses=())
        except ServiceError:
            return False

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """Every record, by position; one that cannot be had even alone is passed over."""
        listing = _Listing(site, getter, self._pauses)
        opened: Response | None = None
        if cursor:
            position = Position(**json.loads(cursor))
        else:
            position, opened = await listing.open()
        for _ in range(PAGES_LIMIT):
            page, after = await listing.read(position, opened)
            yield page
            if after is None:
                return
            position, opened = after, None
        yield Page(complete=False, warnings=(f"Catalogue abandonné après {PAGES_LIMIT} pages.",))


@dataclass
class _Listing:
    """One listing of one service; `keys` are the entries met so far in this process."""

    site: Site
    getter: Getter
    pauses: tuple[float, ...]

    def __post_init__(self) -> None:
        self.endpoint = endpoint_of(self.site.url)
        self.since = self.site.since and (self.site.since - OVERLAP).date()
        self.keys: set[str] = set()
        self.warnings: tuple[str, ...] = ()

    async def open(self) -> tuple[Position, Response | None]:
        """The first way of asking that brings records, with its first page.

        Raises what the first way met when none brings anything.
        """
        first: PortalRefusedError | PortalUnreachable | None = None
        empty: tuple[Position, Response] | None = None
        for profile, sort, size, selected in self._ways():
            position = Position(profile=profile.name, sort=sort, selected=selected)
            try:
                response = await self._ask(position, size, self.pauses if not first else ())
            except (PortalRefusedError, PortalUnreachable) as error:
                first = first or error
                continue
            if response.matched and not response.found:
                empty = empty or (position, response)
                continue
            if first and profile is DUBLIN_CORE:
                warning = (
                    "Le catalogue ne donne pas de fiches ISO 19139 : elles sont lues en Dublin "
                    f"Core, plus pauvre ({first.message})"
                )
                self.warnings = (warning,)
            return position, response if size == SIZES[0] else None
        if empty:
            return empty
        raise first or PortalUnreachable(f"{self.endpoint} n'a rien répondu.")

    def _ways(self) -> Iterator[tuple[Profile, bool, int, bool]]:
        """What changed where it is wanted, else everything; sorted or not, and one record alone
        in case the first page holds a bad one. Every way in one schema comes before the next:
        changes are read in the schema in which everything was.
        """
        wanted = PROFILES.get(str(self.site.config.get("output", "")))
        for profile in (wanted,) if wanted else (ISO, DUBLIN_CORE):
            if self.since and profile.changed:
                yield from ((profile, sort, SIZES[0], True) for sort in (True, False))
            yield from ((profile, sort, SIZES[0], False) for sort in (True, False))
            yield from ((profile, sort, 1, False) for sort in (True, False))

    async def read(
        self, position: Position, opened: Response | None
    ) -> tuple[Page, Position | None]:
        """The page at a position and what follows; `opened` when it is there already."""
        try:
            response = opened or await self._shrinking(position)
        except (PortalRefusedError, PortalUnreachable) as error:
            return self._passed_over(position, error)
        # In a thread: a page of ISO records takes a while.
        parsed = await asyncio.to_thread(
            parse_response, response, endpoint=self.endpoint, now=self.site.now
        )
        new = len(parsed.keys - self.keys)
        fresh = tuple(r for r in parsed.records if r.remote_id not in self.keys)
        parsed = replace(parsed, records=fresh)
        self.keys |= parsed.keys
        step = next_step(response, position, new)
        page = self._page(parsed, complete=step.complete, warnings=step.warnings)
        page = replace(page, selective=position.selected and self._obeyed(parsed))
        cursor = json.dumps(asdict(step.after)) if step.after else None
        return replace(page, declared_total=response.matched, cursor=cursor), step.after

    def _page(self, parsed: Parsed, *, complete: bool, warnings: tuple[str, ...]) -> Page:
        faults = tuple(f"Partie illisible du catalogue : {fault}" for fault in parsed.faults)
        said, self.warnings = self.warnings, ()
        return Page(
            records=parsed.records,
            rejected=parsed.rejected,
            complete=complete and not faults,
            warnings=(*said, *warnings, *faults),
            moments={
                record.remote_id: parsed.stamps[record.remote_id]
                for record in parsed.records
                if record.remote_id in parsed.stamps
            },
        )

    def _obeyed(self, parsed: Parsed) -> bool:
        """One older record, and the catalogue lists everything. A day more is left to zones."""
        wanted = self.since and self.since - OVERLAP
        return wanted is not None and all(s.date() >= wanted for s in parsed.stamps.values())

    def _passed_over(
        self, position: Position, error: PortalRefusedError | PortalUnreachable
    ) -> tuple[Page, Position | None]:
        """Nobody knows which dataset the record was: nothing may be counted as missing."""
        after = replace(
            position,
            start=position.start + 1,
            seen=position.seen + 1,
            skipped=position.skipped + 1,
            failing=position.failing + 1,
        )
        if after.failing >= FAILING_LIMIT or after.skipped >= SKIPS_LIMIT:
            warning = (
                f"Le catalogue ne répond plus à partir de la fiche {position.start} : "
                f"{error.message}"
            )
            return Page(complete=False, warnings=(warning,)), None
        refused = Rejected(
            f"La fiche numéro {position.start} du catalogue n'a pas pu être lue, même seule : "
            f"{error.message} Signalez-la à qui tient le catalogue."
        )
        return Page(rejected=(refused,), complete=False, cursor=json.dumps(asdict(after))), after

    async def _shrinking(self, position: Position) -> Response:
        """The page, halved until it comes; raises what the last record alone met."""
        for size in SIZES[:-1]:
            try:
                return await self._ask(position, size, self.pauses if size == SIZES[0] else ())
            except (PortalRefusedError, PortalUnreachable):
                continue
        return await self._ask(position, SIZES[-1], ())

    async def _ask(self, position: Position, size: int, pauses: tuple[float, ...]) -> Response:
        profile = PROFILES[position.profile]
        url = records_url(
            self.endpoint,
            profile,
            start=position.start,
            size=size,
            sort=position.sort,
            since=self.since if position.selected else None,
        )
        return await ask(self.getter, url, read_response, accept=ACCEPT, pauses=pauses)
