"""Addresses of a Hub site. Pure."""

import re
from urllib.parse import urlencode, urlsplit, urlunsplit

PAGE_SIZE = 100
_FEED = re.compile(r"/(?:api/feed/dcat-us/[\d.]+(?:\.json)?|data\.json)$")
_HOSTS = re.compile(r"(?:^|\.)(?:hub|opendata)\.arcgis\.com$")


def root_of(url: str) -> str:
    """The site, which is always a whole host."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def feed_of(url: str) -> str:
    """The DCAT-US feed: the address itself when it is one, else the site's."""
    if _FEED.search(urlsplit(url).path):
        return url
    return f"{root_of(url)}/api/feed/dcat-us/1.1.json"


def search_of(url: str, start: int, size: int = PAGE_SIZE) -> str:
    """A page of the search, last modified first; `start` counts from 0, the API from 1."""
    query = {"limit": size, "startindex": start + 1, "sortBy": "-properties.modified"}
    return f"{root_of(url)}/api/search/v1/collections/dataset/items?{urlencode(query)}"


def download_of(root: str, item: str, layer: str, extension: str) -> str:
    """The file that the Hub makes of a layer on demand."""
    return f"{root}/api/download/v1/items/{item}/{extension}?{urlencode({'layers': layer})}"


def content_of(item: str) -> str:
    """The file of an item that is a file."""
    return f"https://www.arcgis.com/sharing/rest/content/items/{item}/data"


def is_hub_host(url: str) -> bool:
    """Whether the host is one of Esri's for Hub sites."""
    return bool(_HOSTS.search(urlsplit(url).hostname or ""))
