"""Lists a udata site: pages by number, retries, a second pass where holes show."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from typing import Any

from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.transport import RETRY_PAUSES, ask, decode_json
from services.harvester.connectors.udata.organizations import Organizations
from services.harvester.connectors.udata.parser import organization_id, parse_dataset
from services.harvester.connectors.udata.site import api_of, wanted_organization
from services.harvester.connectors.udata.walk import Listing, Position, next_step, read_total
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from shared.errors import ServiceError

PAGES_LIMIT = 10_000


class UdataConnector:
    """udata, API v1. Pages of 100 in order of creation, so that the order stays put."""

    kind = "udata"
    label = "udata (data.gouv.fr)"
    options = frozenset({"organization"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, _probe: Answer, getter: Getter, /) -> bool:
        """A list of datasets in udata's envelope, at the site's root."""
        url = api_of(site.url).first_dataset()
        try:
            answer = await ask(getter, url, decode_json, accept="application/json", pauses=())
        except ServiceError:
            return False
        return (
            isinstance(answer, dict)
            and isinstance(answer.get("data"), list)
            and "next_page" in answer
        )

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """Every page of every organisation asked for, or of the whole site."""
        listing = _SiteListing(site, getter, self._pauses)
        targets = await listing.organizations()
        start = Position(**json.loads(cursor)) if cursor else Position()
        for index in range(start.organization, len(targets)):
            begin = start if index == start.organization else Position(organization=index)
            async for page in listing.pages(targets[index], begin):
                if page.cursor is None and page.complete and index + 1 < len(targets):
                    yield replace(page, cursor=_cursor(Position(organization=index + 1)))
                else:
                    yield page
                if page.cursor is None and not page.complete:
                    return


class _SiteListing:
    """One listing of one site."""

    def __init__(self, site: Site, getter: Getter, pauses: tuple[float, ...]) -> None:
        self._site = site
        self._getter = getter
        self._pauses = pauses
        self._api = api_of(site.url)
        self._people = Organizations(self._api, getter, pauses=pauses)

    async def organizations(self) -> list[str | None]:
        """The organisations asked for; `None` stands for the whole site."""
        wanted = wanted_organization(self._site)
        return [*await self._people.resolve(wanted)] if wanted else [None]

    async def pages(self, organization: str | None, position: Position) -> AsyncIterator[Page]:
        seen = Listing()
        while position.page <= PAGES_LIMIT:
            url = self._api.datasets(position.page, organization)
            try:
                answer = await ask(
                    self._getter, url, _decode_list, accept="application/json", pauses=self._pauses
                )
            except (PortalUnreachable, PortalRefusedError) as error:
                if position == Position():
                    raise
                yield _lost(f"La page {position.page} n'a pas pu être lue : {error.message}")
                return
            page, after = await self._read(answer, seen, position)
            yield page
            if after is None:
                return
            position = after
        yield _lost(f"Liste abandonnée après {PAGES_LIMIT} pages.")

    async def _read(
        self, answer: dict[str, Any], listing: Listing, position: Position
    ) -> tuple[Page, Position | None]:
        records: list[DatasetRecord] = []
        rejected: list[Rejected] = []
        for item in answer["data"]:
            siret = await self._people.siret(organization_id(item))
            parsed = parse_dataset(item, base=self._api.root, now=self._site.now, siret=siret)
            if isinstance(parsed, Rejected):
                rejected.append(parsed)
            else:
                records.append(parsed)
        named = {record.remote_id for record in records}
        named |= {entry.remote_id for entry in rejected if entry.remote_id}
        # An entry without an id counts too, or one bad entry would look like a hole.
        nameless = sum(entry.remote_id is None for entry in rejected)
        new = len(named - listing.ids) + (0 if position.last_page else nameless)
        listing.ids |= named
        listing.total = read_total(answer.get("total"))
        step = next_step(answer, listing, position, new)
        page = Page(
            records=tuple(records),
            rejected=tuple(rejected),
            complete=step.complete,
            declared_total=listing.total,
            cursor=_cursor(step.after) if step.after else None,
            warnings=step.warnings,
        )
        return page, step.after


def _cursor(position: Position) -> str:
    return json.dumps(asdict(position))


def _lost(reason: str) -> Page:
    return Page(complete=False, warnings=(reason,))


def _decode_list(answer: Answer) -> dict[str, Any]:
    decoded = decode_json(answer)
    if not isinstance(decoded, dict) or not isinstance(decoded.get("data"), list):
        raise PortalUnreachable(
            f"{answer.url} n'a pas répondu une liste de jeux de données (membre « data » attendu)."
        )
    return decoded
