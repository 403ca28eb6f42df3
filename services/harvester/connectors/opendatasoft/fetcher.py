"""Finds out which generation of the API an Opendatasoft site answers, and lists it by it."""

from collections.abc import AsyncIterator

from services.harvester.connectors.contract import Answer, Getter, Page, Site
from services.harvester.connectors.opendatasoft.answers import (
    Listed,
    NotThisApi,
    decode_page,
    is_page,
)
from services.harvester.connectors.opendatasoft.listing import SiteListing
from services.harvester.connectors.opendatasoft.place import Place
from services.harvester.connectors.opendatasoft.quota import QuotaGetter
from services.harvester.connectors.opendatasoft.site import Wanted, wanted_of
from services.harvester.connectors.opendatasoft.versions import ORDERS, VERSIONS
from services.harvester.connectors.transport import RETRY_PAUSES, ask, decode_json
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError


class OpendatasoftConnector:
    """Explore v2.1, else v2.0, else v1."""

    kind = "opendatasoft"
    label = "Opendatasoft"
    options = frozenset({"publisher", "where", "refine", "exclude", "dataset"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """The address is the catalogue's, or the newest or the oldest API answers a page."""
        if _is_catalogue(probe):
            return True
        root = Wanted(wanted_of(site).root)
        for version in (VERSIONS[0], VERSIONS[-1]):
            url = version.page(root, start=0, order="", size=1)
            try:
                await ask(getter, url, decode_page, accept="application/json", pauses=())
            except (PortalRefusedError, NotThisApi):
                continue
            except ServiceError:
                return False
            return True
        return False

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """The whole site, what its filters leave, or one dataset."""
        wanted = wanted_of(site)
        quota = QuotaGetter(getter, pause=max(self._pauses, default=0))
        listing = SiteListing(site, wanted, quota, self._pauses)
        if wanted.dataset:
            yield await _one(listing, quota, wanted.dataset)
            return
        found: Listed | None = None
        if cursor:
            place = Place.read(cursor)
        else:
            place, found = await _open(listing, quota)
        if place.version.name == "v1" and wanted.where:
            raise PortalRefusedError(
                f"{wanted.root} ne connaît que l'ancienne API, sans condition « where » : "
                "utilisez « publisher », « refine » ou « exclude »."
            )
        async for page in listing.pages(place, found):
            yield page


async def _open(listing: SiteListing, quota: QuotaGetter) -> tuple[Place, Listed]:
    """The first page, of the newest API that answers, in the order that it accepts.

    Raises the trouble with the newest API when none does.
    """
    trouble: PortalUnreachable | PortalRefusedError | None = None
    for generation in range(len(VERSIONS)):
        for order in range(len(ORDERS)):
            place = Place(generation, order)
            try:
                return place, await listing.fetch(place)
            except (PortalRefusedError, NotThisApi) as error:
                trouble = trouble or error
                if quota.spent:
                    raise
                if getattr(error, "details", {}).get("http_status") != 400:
                    break
    raise trouble or PortalUnreachable("Le portail ne répond pas.")


async def _one(listing: SiteListing, quota: QuotaGetter, dataset: str) -> Page:
    trouble: PortalUnreachable | PortalRefusedError | None = None
    for version in VERSIONS:
        try:
            return await listing.one(version, dataset)
        except (PortalRefusedError, NotThisApi) as error:
            trouble = trouble or error
            if quota.spent:
                raise
    raise trouble or PortalUnreachable("Le portail ne répond pas.")


def _is_catalogue(probe: Answer) -> bool:
    try:
        return is_page(decode_json(probe))
    except ServiceError:
        return False
