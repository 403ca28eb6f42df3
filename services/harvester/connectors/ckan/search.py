"""Lists a site by `package_search`: pages that shrink where they fail, holes filled."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

from services.harvester.connectors.ckan.answers import Found, NotAnActionApi
from services.harvester.connectors.ckan.asking import SIZES, Asker, is_too_much
from services.harvester.connectors.ckan.parser import is_stranger, parse_package
from services.harvester.connectors.ckan.place import Place
from services.harvester.connectors.ckan.site import Wanted
from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.offsets import Met, Step, next_step
from services.harvester.connectors.values.dates import parse_moment
from services.harvester.connectors.values.members import mapping
from services.harvester.connectors.values.texts import clean_id
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord

PAGES_LIMIT = 20_000
SKIPS_LIMIT = 3
"""Places given up before the listing is: one bad package spoils the page it is on."""


class SearchListing:
    """One listing of one site."""

    def __init__(self, site: Site, wanted: Wanted, asker: Asker) -> None:
        self._site = site
        self._wanted = wanted
        self._asker = asker
        self._met = Met()

    async def pages(self, place: Place, found: Found | None = None) -> AsyncIterator[Page]:
        """Pages from `place` on; `found` is its page when it was fetched already."""
        for _ in range(PAGES_LIMIT):
            if found is None:
                try:
                    place, found = await self.fetch(place)
                except (PortalUnreachable, PortalRefusedError) as error:
                    page, place = self._given_up(place, error)
                    yield page
                    if page.cursor is None:
                        return
                    continue
            page, after = self._read(found, place)
            yield page
            if after is None:
                return
            place, found = after, None
        yield Page(complete=False, warnings=(f"Liste abandonnée après {PAGES_LIMIT} pages.",))

    async def fetch(self, place: Place) -> tuple[Place, Found]:
        """The page at `place`, of the size that can be had. Raises the last trouble."""
        trouble: PortalUnreachable | PortalRefusedError | None = None
        for size in range(place.size, len(SIZES)):
            try:
                found = await self._asker.search(
                    place.api,
                    self._wanted,
                    start=place.at.start,
                    rows=SIZES[size],
                    sort=place.sort,
                    patient=trouble is None,
                )
            except NotAnActionApi:
                raise
            except (PortalUnreachable, PortalRefusedError) as error:
                if isinstance(error, PortalRefusedError) and not is_too_much(error):
                    raise
                trouble = error
            else:
                return replace(place, size=size), found
        raise trouble or PortalUnreachable(f"{place.api} ne répond pas.")

    def _given_up(
        self, place: Place, error: PortalUnreachable | PortalRefusedError
    ) -> tuple[Page, Place]:
        """Go on behind the smallest page that failed, a few times; then end the listing."""
        start = place.at.start
        more = place.skipped < SKIPS_LIMIT and (
            self._met.total is None or start + SIZES[-1] < self._met.total
        )
        after = replace(
            place,
            size=len(SIZES) - 1,
            skipped=place.skipped + 1,
            at=replace(place.at, start=start + SIZES[-1]),
        )
        lost = (
            f"{SIZES[-1]} jeux de données à partir du {start + 1}e n'ont pas pu être lus"
            if more
            else f"La liste n'a pas pu être lue au-delà du {start}e jeu de données"
        )
        page = Page(
            complete=False,
            cursor=after.cursor if more else None,
            warnings=(f"{lost} : {error.message}",),
        )
        return page, after

    def _read(self, found: Found, place: Place) -> tuple[Page, Place | None]:
        self._met.total = found.total
        records: list[DatasetRecord] = []
        rejected: list[Rejected] = []
        moments: dict[str, datetime] = {}
        strangers = 0
        known = set(self._met.ids)
        for item in found.packages:
            if is_stranger(item, self._wanted.organizations):
                strangers += 1
                continue
            parsed = parse_package(item, root=self._wanted.root, now=self._site.now)
            if isinstance(parsed, Rejected):
                # The second pass meets them again.
                if not place.at.until:
                    rejected.append(parsed)
            elif parsed is not None and parsed.remote_id not in known:
                known.add(parsed.remote_id)
                records.append(parsed)
                if changed := parse_moment(mapping(item).get("metadata_modified")):
                    moments[parsed.remote_id] = changed
        step = self._step(found, place)
        warnings = step.warnings
        if strangers:
            warnings += ("Le portail ne filtre pas par organisation : le tri est fait ici.",)
        size = max(0, place.size - 1)  # a page that had to shrink was an accident
        after = replace(place, at=step.after, size=size) if step.after else None
        page = Page(
            records=tuple(records),
            rejected=tuple(rejected),
            complete=step.complete,
            declared_total=found.total,
            cursor=after.cursor if after else None,
            warnings=warnings,
            selective=self._is_selective(found),
            moments=moments,
        )
        return page, after

    def _is_selective(self, found: Found) -> bool:
        """Whether the site obeyed `since`: one older package, and it lists everything."""
        since = self._wanted.since
        changes = (parse_moment(mapping(i).get("metadata_modified")) for i in found.packages)
        return since is not None and all(each is None or each >= since for each in changes)

    def _step(self, found: Found, place: Place) -> Step:
        # What is no dataset and what has no id count too, or they would look like holes.
        ids = [
            clean_id(mapping(i).get("id")) or clean_id(mapping(i).get("name"))
            for i in found.packages
        ]
        new = self._met.add({identifier for identifier in ids if identifier})
        new += 0 if place.at.until else ids.count(None)
        step = next_step(self._met, place.at, received=len(ids), new=new, asked=SIZES[place.size])
        if place.skipped and step.after and step.after.until and not place.at.until:
            return Step(None, complete=False)  # the holes are those that were skipped
        return step
