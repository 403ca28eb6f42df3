"""Lists a site name by name, as DKAN and a CKAN without a search need."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.harvester.connectors.ckan.asking import Asker
from services.harvester.connectors.ckan.parser import is_stranger, parse_package
from services.harvester.connectors.ckan.place import Place
from services.harvester.connectors.ckan.site import Wanted
from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord

BATCH = 20
AT_ONCE = 4
_HIDDEN = frozenset({401, 403, 404, 410})


@dataclass(frozen=True)
class _Shown:
    """What one name gave: a package, or why there is none.

    `lost`: it may be there all the same, so that nothing can be said to be gone.
    """

    name: str
    package: Mapping[str, Any] | None = None
    trouble: str | None = None
    lost: bool = False


class NameListing:
    """One listing of one site: a request for the names, one per package."""

    def __init__(self, site: Site, wanted: Wanted, asker: Asker) -> None:
        self._site = site
        self._wanted = wanted
        self._asker = asker

    async def pages(self, place: Place, names: list[str] | None = None) -> AsyncIterator[Page]:
        """Batches of packages whose names follow `place.after`, in alphabetical order."""
        if names is None:
            try:
                names = await self._asker.names(place.api)
            except (PortalUnreachable, PortalRefusedError) as error:
                yield Page(
                    complete=False,
                    warnings=(f"La liste n'a pas pu être relue : {error.message}",),
                )
                return
        left = [name for name in names if name > (place.after or "")]
        met: set[str] = set()
        for start in range(0, max(len(left), 1), BATCH):
            batch = left[start : start + BATCH]
            shown = await self._show(place.api, batch)
            dead = bool(shown) and all(each.lost for each in shown)
            last = dead or start + BATCH >= len(left)
            cursor = None if last else replace(place, after=batch[-1]).cursor
            yield self._page(shown, met, total=len(names), cursor=cursor)
            if last:
                return

    async def one(self, api: str, name: str) -> Page:
        """A single dataset. Raises what the site's refusal raises."""
        package = await self._asker.show(api, name)
        return self._page([_Shown(name, package)], set(), total=1, cursor=None)

    async def _show(self, api: str, names: list[str]) -> list[_Shown]:
        places = asyncio.Semaphore(AT_ONCE)

        async def show(name: str) -> _Shown:
            async with places:
                return await self._one(api, name)

        return list(await asyncio.gather(*map(show, names)))

    async def _one(self, api: str, name: str) -> _Shown:
        try:
            package = await self._asker.show(api, name)
        except PortalRefusedError as error:
            # Deleted or withdrawn since the names were listed: it is gone, not lost.
            lost = error.details.get("http_status") not in _HIDDEN
            return _Shown(name, trouble=error.message, lost=lost)
        except PortalUnreachable as error:
            return _Shown(name, trouble=error.message, lost=True)
        if not package:
            return _Shown(name, trouble="le portail ne décrit pas ce jeu de données")
        return _Shown(name, package)

    def _page(self, shown: list[_Shown], met: set[str], *, total: int, cursor: str | None) -> Page:
        records: list[DatasetRecord] = []
        rejected: list[Rejected] = []
        for each in shown:
            if each.package is None or is_stranger(each.package, self._wanted.organizations):
                continue
            parsed = parse_package(each.package, root=self._wanted.root, now=self._site.now)
            if isinstance(parsed, Rejected):
                rejected.append(parsed)
            elif parsed is not None and parsed.remote_id not in met:
                met.add(parsed.remote_id)
                records.append(parsed)
        return Page(
            records=tuple(records),
            rejected=tuple(rejected),
            complete=not any(each.lost for each in shown),
            declared_total=None if self._wanted.organizations else total,
            cursor=cursor,
            warnings=tuple(
                f"« {each.name} » n'a pas pu être lu : {each.trouble}"
                for each in shown
                if each.trouble
            ),
        )
