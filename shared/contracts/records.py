"""The target record: what every kind of portal is mapped to, with DCAT's names.

Pure data between a connector's parser and the rest of the harvester, and the body of
`socle harvest URL --preview`. Dates are aware datetimes; texts are as the portal gives
them, trimmed, with character references decoded; `None` means that the portal did not say.
"""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ResourceKind = Literal["main", "documentation", "update", "api", "code", "other"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SchemaReference(_Record):
    """The schema that a resource declares (dct:conformsTo): a register name, else a URL."""

    name: str | None = None
    version: str | None = None
    url: str | None = None


class Checksum(_Record):
    """`algorithm` in lower case (sha1, sha256, md5, crc), `value` in hexadecimal."""

    algorithm: str
    value: str


class Period(_Record):
    """dct:temporal; either end may be open."""

    start: date | None = None
    end: date | None = None


class Spatial(_Record):
    """dct:spatial: INSEE zones (`fr:commune:94028`), a geometry (GeoJSON) or a name."""

    zones: tuple[str, ...] = ()
    geometry: dict[str, object] | None = None
    name: str | None = None


class Contact(_Record):
    """dcat:contactPoint."""

    name: str | None = None
    email: str | None = None


class Publisher(_Record):
    """dct:publisher. Only udata and SCDL catalogues carry a SIRET."""

    name: str | None = None
    siret: str | None = None
    remote_id: str | None = None


class Provenance(_Record):
    """One earlier link of the chain: where the portal itself has the dataset from.

    `kind` is how the portal says so: `harvest` (it harvested a portal), `csw` (a
    geographic catalogue), `federation` (Opendatasoft), `catalog`; `identifier` is no such
    link, but another identifier of the dataset. `domain` is a host in
    lower case, `remote_id` the identifier there, `url` the dataset's page there, `catalogue`
    the address that was harvested, `title` the name that the portal gives to its source.
    """

    kind: str
    domain: str | None = None
    remote_id: str | None = None
    url: str | None = None
    catalogue: str | None = None
    title: str | None = None


class ResourceRecord(_Record):
    """One distribution: dcat:downloadURL, else dcat:accessURL, and what is said of it.

    `remote_id` identifies it inside its dataset; a connector makes one (from the URL)
    where the portal gives none. `alternative_of` names the resource that holds the same
    records in another format: that one is downloaded, this one only referred to.
    """

    remote_id: str
    title: str | None = None
    description: str | None = None
    url: str | None = None
    format: str | None = Field(default=None, description="lower case, no dot: csv, xlsx, json")
    mime: str | None = None
    size: int | None = Field(default=None, ge=0, description="bytes")
    checksum: Checksum | None = None
    schema_ref: SchemaReference | None = None
    kind: ResourceKind = "main"
    issued: datetime | None = None
    modified: datetime | None = None
    alternative_of: str | None = None


class DatasetRecord(_Record):
    """One dataset as a portal describes it.

    `remote_id` is unique inside one source only; `uri`, when it is a URL, is unique
    across sources and is the best key for duplicates. `license` is the resolved id
    (lov2, odc-odbl …), `license_raw` the portal's own text. `warnings` says, in French,
    what was odd in the portal's answer and what was made of it.
    """

    remote_id: str
    uri: str | None = None
    remote_url: str | None = None
    title: str
    description: str | None = None
    publisher: Publisher = Publisher()
    license: str | None = None
    license_raw: str | None = None
    frequency: str | None = None
    temporal: Period | None = None
    spatial: Spatial | None = None
    keywords: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    language: str | None = None
    issued: datetime | None = None
    modified: datetime | None = None
    contact: Contact | None = None
    schema_ref: SchemaReference | None = None
    resources: tuple[ResourceRecord, ...] = ()
    archived: bool = False
    provenance: tuple[Provenance, ...] = ()
    warnings: tuple[str, ...] = ()
