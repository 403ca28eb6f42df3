"""Where the API of a udata site is, and which organisation an address means. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

from services.harvester.connectors.contract import Site

PAGE_SIZE = 100
_MARKS = re.compile(r"/(?:api/[12]|(?:fr/|en/|es/)?(?:organizations|datasets))(?:/|$)")
_ORGANIZATION = re.compile(r"/organizations/([^/?#]+)")
_HEX_ID = re.compile(r"[0-9a-f]{24}$")


@dataclass(frozen=True)
class Api:
    """Addresses of one site's API v1; `root` has no trailing slash."""

    root: str

    def datasets(self, page: int, organization: str | None) -> str:
        """A page of the list, oldest first: what is added meanwhile comes at the end."""
        query = {"page": str(page), "page_size": str(PAGE_SIZE), "sort": "created"}
        if organization:
            query["organization"] = organization
        return f"{self.root}/api/1/datasets/?{urlencode(query)}"

    def organization(self, identifier: str) -> str:
        """One organisation, by id or slug."""
        return f"{self.root}/api/1/organizations/{quote(identifier, safe='')}/"

    def organizations_numbered(self, number: str) -> str:
        """Organisations by SIRET; a site that does not know the filter ignores it."""
        return f"{self.root}/api/1/organizations/?{urlencode({'business_number_id': number})}"

    def first_dataset(self) -> str:
        """The cheapest request that tells a udata site."""
        return f"{self.root}/api/1/datasets/?page=1&page_size=1"


def api_of(url: str) -> Api:
    """The API of the site that an address belongs to, also below a path of its host."""
    parts = urlsplit(url)
    path = parts.path
    if mark := _MARKS.search(path):
        path = path[: mark.start()]
    return Api(urlunsplit((parts.scheme, parts.netloc, path.rstrip("/"), "", "")))


def wanted_organization(site: Site) -> str | None:
    """The organisation asked for: by the source's configuration, else by its address."""
    configured = site.config.get("organization")
    if configured:
        return str(configured).strip()
    parts = urlsplit(site.url)
    if named := parse_qs(parts.query).get("organization"):
        return named[0]
    found = _ORGANIZATION.search(parts.path)
    return found[1] if found else None


def is_hex_id(text: str) -> bool:
    """Whether it is an id of udata's database."""
    return bool(_HEX_ID.match(text))
