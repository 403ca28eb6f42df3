"""One listed folder: its files and folders, by the links of the page. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from services.harvester.connectors.markup import Element, elements, read_html, text_in
from services.harvester.connectors.values.addresses import clean_url, same_host

LINKS_LIMIT = 20_000
_TITLE = re.compile(r"^\s*index of\b|^\s*index de\b", re.IGNORECASE)
_PARENT = re.compile(r"parent directory|r[ée]pertoire parent", re.IGNORECASE)
_IIS_TITLE = re.compile(r"^\S+ - /")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})")
_WORDS = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})\s+(\d{1,2}):(\d{2})")
_US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2}):(\d{2})\s*([AP]M)", re.IGNORECASE)
_US_LONG = re.compile(
    r"([A-Za-z]{3})[a-z]* (\d{1,2}), (\d{4})\s+(\d{1,2}):(\d{2})\s*([AP]M)", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EXACT_SIZE = re.compile(r"(?<![\d:/.-])(\d{1,15})\s*$")


@dataclass(frozen=True)
class Entry:
    """A link of the folder. `size` in bytes, only when the listing does not round it."""

    url: str
    is_folder: bool
    modified: datetime | None = None
    size: int | None = None

    @property
    def name(self) -> str:
        """The last part of its path, decoded."""
        return unquote(urlsplit(self.url).path.rstrip("/").rsplit("/", 1)[-1])


def root_of(url: str) -> str:
    """The folder that an address means, also when it names its index page."""
    path = urlsplit(url)._replace(query="", fragment="").geturl()
    last = urlsplit(path).path.rsplit("/", 1)[-1]
    if "." in last:
        return path.removesuffix(last)
    return path if path.endswith("/") else f"{path}/"


def is_listing(body: bytes) -> bool:
    """Whether a page is the listing of a folder, by its title or its link to the parent."""
    root = read_html(body[:200_000])
    if root is None:
        return False
    for element in elements(root):
        if element.tag in {"title", "h1"} and _TITLE.search(text_in(element)):
            return True
        if element.tag == "a" and text_in(element).strip() == "[To Parent Directory]":
            return True
    titles = [text_in(e) for e in elements(root) if e.tag == "title"]
    return any(_IIS_TITLE.match(title) for title in titles) and root.find(".//pre") is not None


def read_folder(body: bytes, url: str) -> list[Entry] | None:
    """Entries below the folder at `url`, each once; nothing when the page has no tree.

    Left out are sorts of columns, the parent, other hosts and whatever is not below.
    """
    root = read_html(body)
    if root is None:
        return None
    found: dict[str, Entry] = {}
    for link in list(root.iter("a"))[:LINKS_LIMIT]:
        entry = _entry(link, url)
        if entry is not None:
            found.setdefault(entry.url, entry)
    return list(found.values())


def _entry(link: Element, url: str) -> Entry | None:
    href = (link.get("href") or "").strip()
    if not href or href.startswith(("?", "#")) or _PARENT.search(text_in(link)):
        return None
    address = clean_url(href, url)
    # The name may be cut short in the text: the address is not.
    if address is None or not same_host(address, url):
        return None
    parts = urlsplit(address)
    here = urlsplit(url).path.rsplit("/", 1)[0] + "/"
    below = parts.path.removeprefix(here)
    if not parts.path.startswith(here) or not below or ".." in below.split("/"):
        return None
    before, after = _around(link)
    is_folder = parts.path.endswith("/") or "<dir>" in before.lower()
    if is_folder and not parts.path.endswith("/"):
        address = f"{address.split('?')[0]}/"
    # Several folders at once would go around the limit of depth.
    if "/" in below.rstrip("/") or (parts.query and is_folder):
        return None
    modified = _moment(after) or _moment(before)
    return Entry(
        address.split("#")[0], is_folder, modified, None if is_folder else _size(before, after)
    )


def _around(link: Element) -> tuple[str, str]:
    """The text of the line before a link and after it: a row of a table, or of a `pre`."""
    row = next((a for a in link.iterancestors() if a.tag == "tr"), None)
    if row is not None:
        cells = [text_in(cell) for cell in row.iterchildren("td", "th") if link not in cell.iter()]
        return "", "  ".join(cells)
    previous, parent = link.getprevious(), link.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    return (before or "").rsplit("\n", 1)[-1], (link.tail or "").split("\n", 1)[0]


def _moment(text: str) -> datetime | None:
    """Minutes, without a zone: taken as UTC, which is good enough to show."""
    try:
        if found := _ISO.search(text):
            year, month, day, hour, minute = found.groups()
            return _date(year, int(month), day, hour, minute)
        if found := _WORDS.search(text):
            day, month, year, hour, minute = found.groups()
            return _date(year, _month(month), day, hour, minute)
        if found := _US.search(text):
            month, day, year, hour, minute, half = found.groups()
            return _date(year, int(month), day, _hour(hour, half), minute)
        if found := _US_LONG.search(text):
            month, day, year, hour, minute, half = found.groups()
            return _date(year, _month(month), day, _hour(hour, half), minute)
    except ValueError:
        return None
    return None


def _date(year: str, month: int, day: str, hour: str | int, minute: str) -> datetime:
    return datetime(int(year), month, int(day), int(hour), int(minute), tzinfo=UTC)


def _month(name: str) -> int:
    return _MONTHS.index(name.lower()) + 1


def _hour(hour: str, half: str) -> int:
    return int(hour) % 12 + 12 * (half.upper() == "PM")


def _size(before: str, after: str) -> int | None:
    """Sizes in K and M are rounded and said to be nobody's."""
    for text in (after, before):
        if found := _EXACT_SIZE.search(text.strip()):
            return int(found[1])
    return None
