"""What tells that two datasets may be one: identifiers, pages, addresses of files, contents.

Each piece of evidence is a key, `<kind>:<value>`; datasets that share a key are compared.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from uuid import UUID

from services.catalogue.models.described import Row
from services.catalogue.models.text import plain
from shared.contracts.records import Provenance

KEY_LIMIT = 200
"""Characters of a key; a longer value is replaced by its digest."""

EMPTY_CONTENT = hashlib.sha256(b"").hexdigest()

# UUID, udata's ObjectId, ArcGIS' item with its layer: made to be unique in the world.
_WORLD_WIDE = re.compile(
    r"(?<![0-9a-z])(?:"
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|[0-9a-f]{32}(?:_\d{1,4})?"
    r"|[0-9a-f]{24}"
    r")(?![0-9a-z])"
)
# Of an address of a file, what says how it is to be written, not which data it holds.
_PRESENTATION = frozenset(
    """access_token bom csv_separator decimal delimiter delimiters encoding epsg lang list
    outsr quote_all separator timezone tz use_labels use_labels_for_header""".split()  # noqa: SIM905 – a word list reads best as words
)
_NO_FILE = frozenset({"api", "html", "htm", "web page", "wfs", "wms", "wmts", "url", "link"})
_OWNERSHIP = re.compile(
    r"^(?:la |le )?(?:commune|ville|mairie|village|municipalite)\b"
    r"(?: (?:de|du|des|d|la|le|les|l)\b)*"
)


# Most addresses of files: nothing in them is escaped or named. Several times as fast.
_PLAIN = "[A-Za-z0-9._~-]"
_QUERY = rf"{_PLAIN}+(?:={_PLAIN}*)?(?:&{_PLAIN}+(?:={_PLAIN}*)?)*"
_SIMPLE_QUERY = re.compile(_QUERY)
_SIMPLE = re.compile(rf"https?://([a-z0-9][a-z0-9.-]*)((?:/{_PLAIN}*)*)(?:\?({_QUERY}))?")


class Kind(StrEnum):
    """Kinds of evidence, the strongest first: also the reason that is shown."""

    OPERATOR = "operator"  # a person said so
    IDENTIFIER = "identifier"  # the same identifier, made to be unique in the world
    CHAIN = "chain"  # one portal says that it has the dataset from the other
    PAGE = "page"  # the same address: node URI or landing page
    FILES = "files"  # at least half of the files have the same addresses
    CONTENT = "content"  # the same bytes, title and publisher


CERTAIN = frozenset({Kind.OPERATOR, Kind.IDENTIFIER, Kind.CHAIN, Kind.PAGE})
"""Kinds of which one piece is enough; the others are weighed."""


class FileFacts(NamedTuple):
    """A present resource, as far as it tells duplicates apart."""

    url: str | None
    format: str | None
    kind: str
    content_sha256: str | None


@dataclass(frozen=True)
class CopyFacts:
    """A dataset as one source has it."""

    id: UUID
    organization_id: UUID
    source_id: UUID | None
    source_url: str | None
    remote_id: str
    uri: str | None
    remote_url: str | None
    title: str
    publisher_name: str | None
    publisher_siret: str | None
    archived: bool
    provenance: tuple[Provenance, ...] = ()
    files: tuple[FileFacts, ...] = field(default=())

    @cached_property
    def evidence(self) -> frozenset[str]:
        """Every key of the dataset."""
        return _keys(_own(self)) | claims_of(self)


COPY_COLUMNS = (
    *(n for n in CopyFacts.__dataclass_fields__ if n not in {"source_url", "files"}),
    "portal_url",
)
"""Columns of a dataset that its facts are made of."""


def copy_facts(dataset: Row, files: Iterable[Row]) -> CopyFacts:
    """The facts in a dataset's row and in those of its present resources."""
    own = {name: dataset[name] for name in COPY_COLUMNS}
    chain = own.pop("provenance")
    return CopyFacts(
        source_url=own.pop("portal_url"),
        provenance=tuple(Provenance.model_validate(link) for link in chain),
        files=tuple(
            FileFacts(one["url"], one["format"], one["kind"], one["content_sha256"])
            for one in files
        ),
        **own,
    )


def claims_of(facts: CopyFacts) -> frozenset[str]:
    """Keys that a dataset bears only because its portal names another portal's dataset."""
    return _keys(_claims(facts))


def kind_of(key: str) -> Kind:
    """The kind of a key."""
    return Kind(key.partition(":")[0])


def publishers_of(facts: CopyFacts, owner: str | None, owner_siren: str | None) -> frozenset[str]:
    """What the publisher may be known by: SIREN, name without « commune de ».

    `owner` is the member whose source it is; its SIREN counts when it is the publisher.
    """
    known = set()
    if facts.publisher_siret:
        known.add(facts.publisher_siret[:9])
    name = bare_name(facts.publisher_name or owner)
    if name:
        known.add(name)
    if owner_siren and name == bare_name(owner):
        known.add(owner_siren)
    return frozenset(known)


def bare_name(name: str | None) -> str:
    """« Commune de La Queue-en-Brie » and « Ville de la Queue en Brie » are `queue en brie`."""
    text = plain(name)
    return re.sub(r"^(?:l|la|le|les) ", "", _OWNERSHIP.sub("", text).strip()) or text


def address_key(url: str | None) -> str | None:
    """Host, path and what of the query names data; None for what is no address of a page.

    `http` and `https`, a trailing slash, capitals of the host and of escapes do not count.
    A host alone names a portal, not a dataset.
    """
    parts = _split(url)
    if parts is None:
        return None
    host, path, query, fragment = parts
    asked = _asked(query) if query else ""
    if not path and not asked:
        return None
    # A node of an RDF document is named behind its address.
    named = f"#{fragment}" if fragment else ""
    return f"{host}{path}{asked}{named}"


def _asked(query: str) -> str:
    """What of a query names data, in one order."""
    simple = _SIMPLE_QUERY.fullmatch(query) is not None
    found = _names_and_values(query) if simple else parse_qsl(query, keep_blank_values=True)
    pairs = sorted(
        (name, value)
        for name, value in found
        if name.lower() not in _PRESENTATION and not name.lower().startswith("utm_")
    )
    if not pairs:
        return ""
    return f"?{'&'.join(map('='.join, pairs)) if simple else urlencode(pairs)}"


def _names_and_values(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (one.partition("=") for one in query.split("&"))]


def host_of(url: str | None) -> str | None:
    """The host of a web address, with its port."""
    parts = _split(url)
    return parts[0] if parts else None


def _keys(found: Iterable[tuple[Kind, str | None]]) -> frozenset[str]:
    return frozenset(_bounded(f"{kind}:{value}") for kind, value in found if value)


def _own(facts: CopyFacts) -> Iterator[tuple[Kind, str | None]]:
    yield Kind.IDENTIFIER, str(facts.id)
    for text in (facts.remote_id, facts.uri, facts.remote_url):
        yield from ((Kind.IDENTIFIER, found) for found in _world_wide(text))
    yield Kind.PAGE, address_key(facts.uri)
    yield Kind.PAGE, address_key(facts.remote_url)
    for host in {host_of(facts.remote_url), host_of(facts.source_url)} - {None}:
        yield Kind.CHAIN, f"{host}/{_local(facts.remote_id)}"
    for file in _data_files(facts.files):
        yield Kind.FILES, address_key(file.url)
        if file.content_sha256 not in {None, EMPTY_CONTENT}:
            yield Kind.CONTENT, f"{file.content_sha256}/{plain(facts.title)}"


def _claims(facts: CopyFacts) -> Iterator[tuple[Kind, str | None]]:
    for link in facts.provenance:
        yield from ((Kind.IDENTIFIER, found) for found in _world_wide(link.remote_id))
        yield Kind.PAGE, address_key(link.url)
        if link.domain and link.remote_id:
            yield Kind.CHAIN, f"{_bare_host(link.domain)}/{_local(link.remote_id)}"


def _data_files(files: Iterable[FileFacts]) -> Iterator[FileFacts]:
    """Files that hold the data: a notice or a service may go with many datasets."""
    for file in files:
        if file.kind in {"main", "update"} and file.format not in _NO_FILE:
            yield file


def _world_wide(text: str | None) -> Iterator[str]:
    if text:
        yield from _WORLD_WIDE.findall(text.lower())


def _local(remote_id: str) -> str:
    """Opendatasoft writes `dataset@domain` for what it has from another portal."""
    return remote_id.partition("@")[0].strip().lower()


def _bare_host(host: str) -> str:
    return host.lower().removeprefix("www.")


@lru_cache(maxsize=4_096)  # a portal's address comes with each of its datasets
def _split(url: str | None) -> tuple[str, str, str, str] | None:
    if not url:
        return None
    if simple := _SIMPLE.fullmatch(url):
        return _bare_host(simple[1]), simple[2].rstrip("/"), simple[3] or "", ""
    return _taken_apart(url)


def _taken_apart(url: str) -> tuple[str, str, str, str] | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    host = _bare_host(parts.hostname)
    if port not in {None, 80, 443}:
        host = f"{host}:{port}"
    return host, unquote(parts.path).rstrip("/"), parts.query, parts.fragment


def _bounded(key: str) -> str:
    if len(key) <= KEY_LIMIT:
        return key.replace("\x00", "")
    kind, _, value = key.partition(":")
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"
