"""What the answers of a site add to its listing, one after the other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.harvester.connectors.contract import Page, Rejected, Site
from services.harvester.connectors.offsets import Met
from services.harvester.connectors.opendatasoft.entries import Entry, entry_of
from services.harvester.connectors.opendatasoft.parser import parse_dataset, publisher_of
from services.harvester.connectors.opendatasoft.site import Wanted
from services.harvester.connectors.opendatasoft.versions import Version
from services.harvester.connectors.values.dates import parse_day, parse_moment
from shared.contracts.records import DatasetRecord

UNFILTERED = "Le portail ne filtre pas par producteur : le tri est fait ici."


@dataclass(frozen=True)
class Reading:
    """A page that is yet to be told what follows it; `new` counts entries not met before."""

    page: Page
    new: int


class Reader:
    """Remembers the ids that were met."""

    def __init__(self, site: Site, wanted: Wanted) -> None:
        self._site = site
        self._wanted = wanted
        self.met = Met()

    def read(self, items: Iterable[object], version: Version, *, again: bool = False) -> Reading:
        """The datasets among `items`; `again` where they were all read once before."""
        records: list[DatasetRecord] = []
        rejected: list[Rejected] = []
        moments: dict[str, datetime] = {}
        strangers = new = old = 0
        for item in items:
            entry = entry_of(item)
            if entry is None:
                new += not again
            elif not self.met.add({entry.dataset_id}):
                continue
            else:
                new += 1
                old += self._is_old(entry)
                if self._wanted.is_stranger(publisher_of(entry)):
                    strangers += 1
                    continue
            parsed = parse_dataset(
                item, root=self._wanted.root, version=version, now=self._site.now
            )
            if isinstance(parsed, DatasetRecord):
                records.append(parsed)
                changed = parse_moment(entry.metas.get("modified")) if entry else None
                if changed is not None:
                    moments[parsed.remote_id] = changed
            elif not again:
                rejected.append(parsed)
        page = Page(
            tuple(records),
            tuple(rejected),
            warnings=(UNFILTERED,) if strangers else (),
            selective=self._wanted.since is not None and not old,
            moments=moments,
        )
        return Reading(page, new)

    def _is_old(self, entry: Entry) -> bool:
        """Not changed since the day asked for: the site lists everything."""
        since, changed = self._wanted.since, parse_day(entry.metas.get("modified"))
        return since is not None and changed is not None and changed < since
