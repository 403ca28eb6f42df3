"""Finds out how a CKAN or DKAN site answers, and lists it that way."""

import re
from collections.abc import AsyncIterator

from services.harvester.connectors.ckan.answers import Found, NotAnActionApi, is_envelope
from services.harvester.connectors.ckan.asking import SORTS, UNSORTED, Asker, refuses_the_request
from services.harvester.connectors.ckan.names import NameListing
from services.harvester.connectors.ckan.place import Place
from services.harvester.connectors.ckan.search import SearchListing
from services.harvester.connectors.ckan.site import wanted_of
from services.harvester.connectors.contract import Answer, Getter, Page, Site
from services.harvester.connectors.transport import RETRY_PAUSES, decode_json
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError

_GENERATOR = re.compile(rb"<meta[^>]+generator[^>]+content=.ckan\b", re.IGNORECASE)
_HEAD = 50_000


class CkanConnector:
    """CKAN by `package_search`, DKAN and the like by `package_list` and `package_show`."""

    kind = "ckan"
    label = "CKAN ou DKAN"
    options = frozenset({"organization", "group", "fq", "dataset"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """The page says so, or is the API's, or the API answers a search or its names.

        The second question is put only where the first had no API's answer.
        """
        if _GENERATOR.search(probe.body[:_HEAD]) or _is_api(probe):
            return True
        wanted = wanted_of(site)
        asker = Asker(getter, ())
        try:
            await asker.search(wanted.apis[0], wanted, start=0, rows=1, sort=UNSORTED)
        except (PortalRefusedError, NotAnActionApi):
            try:
                await asker.names(wanted.apis[0])
            except ServiceError:
                return False
        except ServiceError:
            return False
        return True

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """The whole site, some organisations of it, or one dataset."""
        wanted, asker = wanted_of(site), Asker(getter, self._pauses)
        search, by_name = SearchListing(site, wanted, asker), NameListing(site, wanted, asker)
        if wanted.dataset:
            yield await _one(by_name, wanted.apis, wanted.dataset)
            return
        first: Found | list[str] | None = None
        if cursor:
            place = Place.read(cursor)
        else:
            place, first = await _open(search, asker, wanted.apis)
        listing = (
            by_name.pages(place, first if isinstance(first, list) else None)
            if place.after is not None
            else search.pages(place, first if isinstance(first, Found) else None)
        )
        async for page in listing:
            yield page


async def _open(
    search: SearchListing, asker: Asker, apis: tuple[str, ...]
) -> tuple[Place, Found | list[str]]:
    """The first address that answers, by a search or else by its names.

    Raises the trouble of the usual address when none does.
    """
    trouble: PortalUnreachable | PortalRefusedError | None = None
    for api in apis:
        try:
            return await _first_page(search, api)
        except (PortalRefusedError, NotAnActionApi) as error:
            trouble = trouble or error
        try:
            # Patience where the API usually is: elsewhere it is only looked for.
            names = await asker.names(api, patient=api == apis[0])
        except ServiceError:
            continue
        return Place(api, after=""), names
    raise trouble or PortalUnreachable(f"{apis[0]} ne répond pas.")


async def _first_page(search: SearchListing, api: str) -> tuple[Place, Found]:
    """In the steadiest order that the site allows."""
    refusal: PortalRefusedError | None = None
    for sort in range(len(SORTS)):
        try:
            return await search.fetch(Place(api, sort=sort))
        except PortalRefusedError as error:
            if not refuses_the_request(error):
                raise
            refusal = refusal or error
    raise refusal or PortalRefusedError(f"{api} refuse la recherche.")


async def _one(listing: NameListing, apis: tuple[str, ...], name: str) -> Page:
    trouble: PortalUnreachable | PortalRefusedError | None = None
    for api in apis:
        try:
            return await listing.one(api, name)
        except (PortalRefusedError, NotAnActionApi) as error:
            trouble = trouble or error
    raise trouble or PortalUnreachable(f"{apis[0]} ne répond pas.")


def _is_api(probe: Answer) -> bool:
    try:
        decoded = decode_json(probe)
    except ServiceError:
        return False
    return is_envelope(decoded) and "help" in decoded
