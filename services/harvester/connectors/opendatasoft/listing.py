"""Lists an Opendatasoft site: by pages inside the window, by exports beyond it."""

from collections.abc import AsyncIterator
from dataclasses import replace

from services.harvester.connectors.contract import Page, Site
from services.harvester.connectors.offsets import next_step
from services.harvester.connectors.opendatasoft.answers import Listed, decode_one, decode_page
from services.harvester.connectors.opendatasoft.exports import ExportListing, NoExports, lost
from services.harvester.connectors.opendatasoft.place import Place
from services.harvester.connectors.opendatasoft.quota import QuotaGetter
from services.harvester.connectors.opendatasoft.reading import Reader
from services.harvester.connectors.opendatasoft.site import Wanted
from services.harvester.connectors.opendatasoft.versions import WINDOW, Version
from services.harvester.connectors.transport import ask
from services.harvester.errors import PortalRefusedError, PortalUnreachable

_ACCEPT = "application/json"
_LAST_START = WINDOW - 1


class SiteListing:
    """One listing of one site."""

    def __init__(
        self, site: Site, wanted: Wanted, getter: QuotaGetter, pauses: tuple[float, ...]
    ) -> None:
        self._wanted = wanted
        self._getter = getter
        self._pauses = pauses
        self._reader = Reader(site, wanted)
        self._beyond: Place | None = None
        self._exports = ExportListing(wanted, self._reader, getter, pauses)

    async def fetch(self, place: Place) -> Listed:
        """The page at `place`."""
        url = place.version.page(self._wanted, start=place.at.start, order=place.order_by)
        return await ask(self._getter, url, decode_page, accept=_ACCEPT, pauses=self._pauses)

    async def one(self, version: Version, dataset: str) -> Page:
        """A single dataset."""
        url = version.one(self._wanted, dataset)
        found = await ask(self._getter, url, decode_one, accept=_ACCEPT, pauses=self._pauses)
        return replace(self._reader.read(found.items, version).page, declared_total=1)

    async def pages(self, place: Place, found: Listed | None) -> AsyncIterator[Page]:
        """Pages from `place` on; `found` is its page when it was fetched already.

        A site larger than the window is exported from the start, rather than paged first.
        """
        beyond = place if place.after is not None else None
        if beyond is None:
            async for page in self._paged(place, found):
                yield page
            beyond = self._beyond
        if beyond is None:
            return
        try:
            async for page in self._exports.pages(beyond):
                yield page
        except NoExports:
            inside = replace(beyond, narrow=True, after=None)
            async for page in self._paged(inside, None):
                yield page

    async def _paged(self, place: Place, found: Listed | None) -> AsyncIterator[Page]:
        """Pages inside the window; sets `_beyond` where exports are to take over."""
        while place.at.start < _LAST_START:
            try:
                found = found or await self.fetch(place)
            except (PortalUnreachable, PortalRefusedError) as error:
                if place.narrow or not _is_a_smaller_window(error):
                    yield lost(f"La liste n'a pas pu être lue jusqu'au bout : {error.message}")
                else:
                    self._beyond = _exported(place, place.total)
                return
            if not place.narrow and self._is_larger(place, found):
                self._beyond = _exported(place, found.total)
                return
            page, after = self._read(found, place)
            yield page
            if after is None:
                return
            place, found = after, None
        if place.narrow or place.version.name == "v1":
            yield lost(f"Le portail ne montre que ses {_LAST_START} premiers jeux de données.")
        else:
            self._beyond = _exported(place, place.total)

    @staticmethod
    def _is_larger(place: Place, found: Listed) -> bool:
        return place.version.name != "v1" and found.total is not None and found.total >= WINDOW

    def _read(self, found: Listed, place: Place) -> tuple[Page, Place | None]:
        met, again = self._reader.met, bool(place.at.until)
        met.total = found.total
        reading = self._reader.read(found.items, place.version, again=again)
        step = next_step(
            met,
            place.at,
            received=len(found.items),
            new=reading.new,
            asked=min(place.version.size, _LAST_START - place.at.start),
        )
        after = replace(place, at=step.after, total=found.total) if step.after else None
        page = replace(
            reading.page,
            complete=step.complete,
            declared_total=found.total,
            cursor=after.cursor if after else None,
            warnings=(*reading.page.warnings, *step.warnings),
        )
        return page, after


def _exported(place: Place, total: int | None) -> Place:
    """The beginning of the exports. What was paged before counts as seen."""
    # A total that is the window itself is a limit rather than a count.
    return replace(place, after="", total=total if total != WINDOW else None)


def _is_a_smaller_window(error: Exception) -> bool:
    return isinstance(error, PortalRefusedError) and error.details.get("http_status") == 400
