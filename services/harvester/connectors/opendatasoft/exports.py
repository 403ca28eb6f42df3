"""Lists an Opendatasoft site by exports of its catalogue, which know no window."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from services.harvester.connectors.contract import Getter, Page
from services.harvester.connectors.opendatasoft.answers import Listed, decode_export
from services.harvester.connectors.opendatasoft.entries import entry_of
from services.harvester.connectors.opendatasoft.place import Place
from services.harvester.connectors.opendatasoft.reading import Reader
from services.harvester.connectors.opendatasoft.site import Wanted
from services.harvester.connectors.transport import ask
from services.harvester.errors import PortalRefusedError, PortalUnreachable

EXPORTED = 1_000
"""Datasets asked for in one export: memory stays flat however large the site."""

_PAGE = 500


class NoExports(Exception):
    """Not even the first export can be had."""


class ExportListing:
    """Exports of 1,000 in order of id, each after the last id of the one before; where a site
    ignores that or refuses it, one export of everything.
    """

    def __init__(
        self, wanted: Wanted, reader: Reader, getter: Getter, pauses: tuple[float, ...]
    ) -> None:
        self._wanted = wanted
        self._reader = reader
        self._getter = getter
        self._pauses = pauses

    async def pages(self, place: Place) -> AsyncIterator[Page]:
        """Pages after `place.after`. Raises `NoExports` before the first one only."""
        begun = bool(place.after)
        while True:
            try:
                found = await self._fetch(place)
            except (PortalUnreachable, PortalRefusedError) as error:
                if not place.whole and isinstance(error, PortalRefusedError):
                    place = replace(place, whole=True)
                    continue
                if not begun:
                    raise NoExports from error
                yield lost(f"L'export du catalogue s'est interrompu : {error.message}")
                return
            # Thousands of datasets at once: other jobs go on meanwhile.
            pages, after = await asyncio.to_thread(self._read, found, place)
            for page in pages:
                begun = True
                yield page
            if after is None:
                return
            place = after

    async def _fetch(self, place: Place) -> Listed:
        after = None if place.whole else place.after
        url = place.version.export(self._wanted, after=after, limit=EXPORTED)
        return await ask(
            self._getter, url, decode_export, accept="application/json", pauses=self._pauses
        )

    def _read(self, found: Listed, place: Place) -> tuple[list[Page], Place | None]:
        readings = [
            self._reader.read(found.items[start : start + _PAGE], place.version)
            for start in range(0, len(found.items), _PAGE)
        ]
        new = sum(reading.new for reading in readings)
        seen = place.at.seen + new
        if found.items and not new and not place.whole:
            # The condition was ignored: the same datasets came again.
            return [], replace(place, whole=True)
        last = entry_of(found.items[-1]) if found.items else None
        enough = place.total is not None and seen >= place.total
        ended = place.whole or last is None or enough or len(found.items) > EXPORTED
        after = None
        if last is not None and not ended:
            after = replace(place, after=last.dataset_id, at=replace(place.at, seen=seen))
        # Only the last page of an answer leads on: before it, the answer is asked for again.
        pages = [
            replace(reading.page, declared_total=place.total, cursor=place.cursor)
            for reading in readings
        ] or [Page(declared_total=place.total)]
        pages[-1] = replace(pages[-1], cursor=after.cursor if after else None)
        return (pages if after else _ended(pages, seen, place.total)), after


def lost(reason: str) -> Page:
    """The end of a listing that is not whole."""
    return Page(complete=False, warnings=(reason,))


def _ended(pages: list[Page], seen: int, total: int | None) -> list[Page]:
    if total is not None and seen < total:
        short = f"Le portail annonce {total} jeux de données et n'en exporte que {seen}."
        pages[-1] = replace(pages[-1], complete=False, warnings=(*pages[-1].warnings, short))
    return pages
