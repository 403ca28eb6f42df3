"""Lists a catalogue of the SCDL line by line, and asks each line's portal for its files."""

import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator

from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.publishers import wanted_in
from services.harvester.connectors.scdl_catalogue.crawlers import Crawlers
from services.harvester.connectors.scdl_catalogue.finding import (
    QUICK,
    THOROUGH,
    Found,
    find_catalogue,
)
from services.harvester.connectors.scdl_catalogue.following import Follower
from services.harvester.connectors.scdl_catalogue.parser import (
    address_of,
    formats_of,
    parse_row,
)
from services.harvester.connectors.scdl_catalogue.table import (
    Row,
    is_catalogue,
    read_table,
)
from services.harvester.connectors.transport import RETRY_PAUSES, looks_like_html
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.errors import PortalUnreachable
from shared.contracts.records import DatasetRecord, ResourceRecord
from shared.errors import ServiceError

BATCH = 20
"""Lines of one page of the listing: each may cost a few requests."""


class ScdlCatalogueConnector:
    """The file itself, or a town's site that links to it. `config.follow`: false to leave
    the addresses of the datasets alone, and their files unknown.
    """

    kind = "scdl-catalogue"
    label = "catalogue du SCDL (CSV)"
    options = frozenset({"follow"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """The file's header says so; a page is searched for a link, in a dozen requests."""
        if is_catalogue(probe.body):
            return True
        if not looks_like_html(probe.body):
            return False
        try:
            await find_catalogue(Crawlers(getter, pauses=()), site.url, QUICK)
        except ServiceError:
            return False
        return True

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """Every line, in batches. A catalogue that changed meanwhile is begun again."""
        place = json.loads(cursor) if cursor else {}
        crawlers = Crawlers(getter, pauses=self._pauses)
        found = await find_catalogue(crawlers, place.get("url", site.url), THOROUGH)
        table = read_table(found.body, found.url)
        digest = hashlib.sha256(found.body).hexdigest()
        start = place.get("line", 0) if place.get("digest") == digest else 0
        listing = _Listing(site, found, table.rows)
        follower = Follower(getter, site=site, pauses=self._pauses)
        said = tuple(table.faults)
        for begin in range(start, max(len(table.rows), start + 1), BATCH):
            end = begin + BATCH
            records, rejected = await listing.read(begin, end, follower)
            after = {"url": found.url, "digest": digest, "line": end}
            yield Page(
                records=tuple(records),
                rejected=tuple(rejected),
                complete=not said,
                declared_total=len(table.rows),
                cursor=json.dumps(after) if end < len(table.rows) else None,
                warnings=said if begin == start else (),
            )


class _Listing:
    """The lines of one catalogue; those of one identifier count once."""

    def __init__(self, site: Site, found: Found, rows: tuple[Row, ...]) -> None:
        self._site = site
        self._url = found.url
        self._rows = rows
        self._wanted = wanted_in(site.config)
        self._addresses = Counter(address_of(row, found.url) for row in rows)
        self._first: dict[str, int] = {}
        for number, row in enumerate(rows):
            self._first.setdefault(row.cells.get("ID", ""), number)

    async def read(
        self, begin: int, end: int, follower: Follower
    ) -> tuple[list[DatasetRecord], list[Rejected]]:
        records: list[DatasetRecord] = []
        rejected: list[Rejected] = []
        for number, row in enumerate(self._rows[begin:end], begin):
            parsed = await self._one(number, row, follower)
            if isinstance(parsed, Rejected):
                rejected.append(parsed)
            else:
                records.append(parsed)
        return records, rejected

    async def _one(self, number: int, row: Row, follower: Follower) -> DatasetRecord | Rejected:
        address = address_of(row, self._url)
        shared = self._addresses[address] > 1
        record = parse_row(row, url=self._url, now=self._site.now, shared_address=shared)
        if isinstance(record, Rejected):
            return record
        if self._first[row.cells.get("ID", "")] != number:
            reason = (
                f"Ligne {row.number} : une ligne plus haut porte le même ID. Donnez à chacune le "
                "sien."
            )
            return Rejected(
                reason,
                remote_id=record.remote_id,
                title=record.title,
                publisher=record.publisher,
            )
        # The files of what is dropped afterwards are not asked for.
        dropped = self._wanted is not None and not self._wanted.includes(record.publisher)
        if record.resources or address is None or dropped:
            return record
        if shared or self._site.config.get("follow") is False:
            # The page of many datasets does not say which files are whose.
            return record.model_copy(update={"resources": (_page(address),)})
        try:
            followed = await follower.files_at(address, formats_of(row))
        except PortalUnreachable as error:
            reason = f"Ligne {row.number} : ses fichiers n'ont pas pu être cherchés, "
            return Rejected(
                f"{reason}{error.message} Le jeu de données est laissé tel qu'il était. "
                "Corrigez l'adresse si elle est fausse.",
                remote_id=record.remote_id,
                title=record.title,
                publisher=record.publisher,
            )
        return record.model_copy(
            update={
                "resources": followed.resources or (_page(address),),
                "warnings": (*record.warnings, *followed.warnings),
            }
        )


def _page(address: str) -> ResourceRecord:
    return ResourceRecord(
        remote_id=made_id(address), url=address, format="html", kind="documentation",
        title="Page du jeu de données",
    )  # fmt: skip
