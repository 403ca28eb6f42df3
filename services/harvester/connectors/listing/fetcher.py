"""Walks listed folders, the deepest first, each a page."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from services.harvester.connectors.contract import Answer, Getter, Page, Site
from services.harvester.connectors.crawl import Crawler, ForbiddenByRobots
from services.harvester.connectors.listing.folder import Entry, is_listing, read_folder, root_of
from services.harvester.connectors.listing.parser import parse_folder
from services.harvester.connectors.transport import RETRY_PAUSES, looks_like_html
from services.harvester.errors import PortalRefusedError, PortalUnreachable

ACCEPT = "text/html, */*;q=0.1"
_TAIL = 2_000
"""Bytes at the end of a page in which it is closed."""
DEPTH_LIMIT = 10
FOLDERS_LIMIT = 5_000
FILES_LIMIT = 200_000


@dataclass(frozen=True)
class _Position:
    """Folders still to be read, the next one last; as JSON it is the cursor."""

    waiting: list[str]
    folders: int = 0
    files: int = 0


@dataclass
class _Folder:
    """What a folder brought; `warnings` make the listing incomplete."""

    entries: list[Entry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class ListingConnector:
    """Folders as Apache, nginx and IIS list them, or any page of bare links."""

    kind = "listing"
    label = "dossier de fichiers (Apache, nginx, IIS)"
    options = frozenset({"publisher", "siret", "license", "description", "title", "group"})

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, _site: Site, probe: Answer, _getter: Getter, /) -> bool:
        """The page itself says so."""
        return probe.status < 400 and is_listing(probe.body)

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """Every folder below the first one, never above it or beside it."""
        root = root_of(site.url)
        crawler = Crawler(getter, root, pauses=self._pauses)
        position = _Position(**json.loads(cursor)) if cursor else _Position([root])
        while position.waiting:
            url = position.waiting[-1]
            folder = await _read(crawler, url, root, first=position.folders == 0)
            position = _after(position, folder, root)
            yield Page(
                records=tuple(
                    parse_folder(
                        folder.entries, folder=url, root=root, config=site.config, now=site.now
                    )
                ),
                complete=not folder.warnings,
                cursor=json.dumps(asdict(position)) if position.waiting else None,
                warnings=(*folder.warnings, *folder.notes),
            )


async def _read(crawler: Crawler, url: str, root: str, *, first: bool) -> _Folder:
    """A folder; raises only when it is the first one."""
    try:
        entries = await crawler.fetch(url, _decode, accept=ACCEPT)
    except ForbiddenByRobots as error:
        if first:
            raise
        # What the site keeps from us was never listed: nothing is lost.
        return _Folder(notes=[error.message])
    except (PortalRefusedError, PortalUnreachable) as error:
        if first:
            raise
        return _Folder(warnings=[f"Le dossier {url} n'a pas pu être lu : {error.message}"])
    start = urlsplit(root).path
    return _Folder([entry for entry in entries if urlsplit(entry.url).path.startswith(start)])


def _after(position: _Position, folder: _Folder, root: str) -> _Position:
    """The folders that remain; what a limit leaves out is said, and makes it incomplete."""
    *waiting, here = position.waiting
    below = sorted((entry.url for entry in folder.entries if entry.is_folder), reverse=True)
    folders, files = position.folders + 1, position.files + len(folder.entries) - len(below)
    depth = urlsplit(here).path.count("/") - urlsplit(root).path.count("/")
    if below and depth >= DEPTH_LIMIT:
        folder.warnings.append(f"{here} : les dossiers au-delà de {DEPTH_LIMIT} niveaux sont omis.")
        below = []
    room = max(0, FOLDERS_LIMIT - folders - len(waiting)) if files < FILES_LIMIT else 0
    if len(below) > room:
        folder.warnings.append(
            f"{here} : la lecture est limitée à {FOLDERS_LIMIT} dossiers et {FILES_LIMIT} fichiers."
        )
        below = below[len(below) - room :]
    return _Position([*waiting, *below], folders, files)


def _decode(answer: Answer) -> list[Entry]:
    entries = read_folder(answer.body, answer.url)
    if entries is None:
        raise PortalUnreachable(f"{answer.url} a répondu une page vide.")
    if looks_like_html(answer.body) and b"</html" not in answer.body[-_TAIL:].lower():
        raise PortalUnreachable(f"{answer.url} a répondu une page coupée avant sa fin.")
    if not entries and not is_listing(answer.body):
        # An error page with status 200 must not pass for a folder that was emptied.
        raise PortalUnreachable(f"{answer.url} a répondu autre chose que la liste d'un dossier.")
    return entries
