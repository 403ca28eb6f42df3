"""Addresses to ask of a CSW service. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_GMD = "http://www.isotc211.org/2005/gmd"
_CSW = "http://www.opengis.net/cat/csw/2.0.2"
_OWN = frozenset(
    {"service", "version", "request", "resulttype", "typenames", "typename", "namespace",
     "outputschema", "outputformat", "elementsetname", "startposition", "maxrecords", "sortby",
     "constraint", "constraintlanguage", "constraint_language_version", "sections",
     "acceptversions", "id"}
)  # fmt: skip
_GEONETWORK = re.compile(r"^(.*?/geonetwork)(?:/srv/([a-z]{3}))?(?:/|$)", re.IGNORECASE)
_CSW_PATH = re.compile(r"/(?:csw(?:-[\w-]+)?|csw/publication)/?$", re.IGNORECASE)


@dataclass(frozen=True)
class Profile:
    """A way to ask for records; `sort` is asked for, or pages overlap, if the server can.

    `changed` is the queryable of the date of change that its records show, with the namespace
    of its prefix; without it what changed cannot be asked for.
    """

    name: str
    schema: str
    type_names: str
    namespace: str
    sort: str
    changed: tuple[str, str] | None = None


ISO = Profile(
    "iso",
    _GMD,
    "gmd:MD_Metadata",
    f"xmlns(gmd={_GMD})",
    "apiso:identifier:A",
    ("apiso:Modified", "http://www.opengis.net/cat/csw/apiso/1.0"),
)
DCAT = Profile(
    "dcat", "http://www.w3.org/ns/dcat#", "gmd:MD_Metadata", f"xmlns(gmd={_GMD})", "Identifier:A"
)
DUBLIN_CORE = Profile(
    "dublin-core",
    _CSW,
    "csw:Record",
    f"xmlns(csw={_CSW})",
    "dc:identifier:A",
    ("dct:modified", "http://purl.org/dc/terms/"),
)
PROFILES = {profile.name: profile for profile in (ISO, DCAT, DUBLIN_CORE)}


def endpoint_of(url: str) -> str:
    """The service that an address means, without what CSW itself would add to it.

    Any page of a GeoNetwork means its public service.
    """
    parts = urlsplit(url)
    query = [(k, v) for k, v in parse_qsl(parts.query) if k.lower() not in _OWN]
    path = parts.path
    if (found := _GEONETWORK.match(path)) and not _CSW_PATH.search(path):
        path = f"{found[1]}/srv/{found[2] or 'fre'}/csw"
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), ""))


def may_be_csw(url: str) -> bool:
    """Whether an address looks like one, so that it is worth a request."""
    parts = urlsplit(url)
    query = {name.lower(): value.lower() for name, value in parse_qsl(parts.query)}
    return (
        query.get("service") == "csw"
        or bool(_CSW_PATH.search(parts.path))
        or bool(_GEONETWORK.match(parts.path))
    )


def capabilities_url(endpoint: str) -> str:
    """The cheapest question that only a CSW service answers."""
    return _with(endpoint, {"service": "CSW", "version": "2.0.2", "request": "GetCapabilities"})


def records_url(
    endpoint: str,
    profile: Profile,
    *,
    start: int,
    size: int,
    sort: bool,
    since: date | None = None,
) -> str:
    """`size` records from the position `start`, which counts from 1; changed `since` that day.

    `resultType` is always said: without it many servers answer a total and no record.
    """
    query = {
        "service": "CSW",
        "version": "2.0.2",
        "request": "GetRecords",
        "resultType": "results",
        "typeNames": profile.type_names,
        "namespace": profile.namespace,
        "outputSchema": profile.schema,
        "elementSetName": "full",
        "startPosition": str(start),
        "maxRecords": str(size),
    }
    if sort:
        query["sortBy"] = profile.sort
    if since and profile.changed:
        query |= {
            "constraintLanguage": "FILTER",
            "constraint_language_version": "1.1.0",
            "constraint": _changed_since(*profile.changed, since),
        }
    return _with(endpoint, query)


def page_of(endpoint: str, identifier: str) -> str | None:
    """The page for people of a record: GeoNetwork's; other servers have none that is known."""
    parts = urlsplit(endpoint)
    found = re.match(r"(.*/srv/[a-z]{3})/", parts.path)
    if not found:
        return None
    root = urlunsplit((parts.scheme, parts.netloc, found[1], "", ""))
    return f"{root}/catalog.search#/metadata/{identifier}"


def _changed_since(name: str, namespace: str, since: date) -> str:
    """Filter Encoding 1.1.0 (OGC 04-095); a day, as many catalogues compare texts."""
    prefix = name.partition(":")[0]
    return (
        f'<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc" xmlns:{prefix}="{namespace}">'
        f"<ogc:PropertyIsGreaterThanOrEqualTo><ogc:PropertyName>{name}</ogc:PropertyName>"
        f"<ogc:Literal>{since}</ogc:Literal></ogc:PropertyIsGreaterThanOrEqualTo></ogc:Filter>"
    )


def _with(endpoint: str, query: dict[str, str]) -> str:
    parts = urlsplit(endpoint)
    whole = "&".join(filter(None, (parts.query, urlencode(query))))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, whole, ""))
