"""One package of CKAN or DKAN as a target record. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from services.harvester.connectors.ckan.fields import (
    Fields,
    fields_of,
    line_of,
    moment_of,
    text_of,
)
from services.harvester.connectors.ckan.people import contact_of, provenance_of, publisher_of
from services.harvester.connectors.ckan.qualities import (
    frequency_of,
    keywords_of,
    language_of,
    licence_of,
    reference_date,
    schema_of,
    spatial_in,
    temporal_of,
    themes_of,
)
from services.harvester.connectors.ckan.resources import absolute, parse_resources
from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.refusals import NO_ID, NOT_AN_OBJECT, NOT_PUBLIC, NOT_PUBLISHED
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.dates import parse_moment
from services.harvester.connectors.values.members import listed, mapping
from services.harvester.connectors.values.texts import clean_id, clean_keywords, clean_text
from shared.contracts.records import DatasetRecord

NOT_DATASETS = frozenset({"harvest", "showcase"})
"""Types of packages that describe no data: sources of harvesting, articles."""


def parse_package(item: object, *, root: str, now: datetime) -> DatasetRecord | Rejected | None:
    """The record of one package, why it cannot be imported, or `None` for what is no dataset.

    `root` is the site's address without a trailing slash.
    """
    if not isinstance(item, dict):
        return Rejected(NOT_AN_OBJECT)
    if str(item.get("type")) in NOT_DATASETS:
        return None
    fields = fields_of(item)
    remote_id = clean_id(item.get("id")) or clean_id(item.get("name"))
    title = line_of(item.get("title_translated"), item.get("title"))
    if refusal := _refusal(fields, remote_id):
        return Rejected(refusal, remote_id=remote_id, title=title)
    warnings: list[str] = []
    name = clean_id(item.get("name")) or remote_id or ""
    if title is None:
        title = name
        warnings.append("Le jeu de données n'a pas de titre : son nom technique en tient lieu.")
    licence = licence_of(fields)
    return DatasetRecord(
        remote_id=remote_id or "",
        uri=_uri(fields, root, remote_id or ""),
        remote_url=absolute(line_of(item.get("url")), root) or page_of(root, name),
        title=title,
        description=clean_text(text_of(item.get("notes_translated"), item.get("notes"))),
        publisher=publisher_of(fields),
        license=licence.id,
        license_raw=licence.raw,
        frequency=frequency_of(fields, warnings),
        temporal=temporal_of(fields),
        spatial=spatial_in(fields, warnings),
        keywords=clean_keywords(keywords_of(fields)),
        themes=themes_of(fields),
        language=language_of(fields),
        issued=_first(_issued(fields), now),
        modified=_modified(fields, now, warnings),
        contact=contact_of(fields),
        schema_ref=schema_of(*fields.values("conforms_to", "schema")),
        resources=parse_resources(item.get("resources"), root=root, now=now, warnings=warnings),
        provenance=provenance_of(fields, root),
        warnings=tuple(warnings),
    )


def is_stranger(item: object, organizations: Iterable[str]) -> bool:
    """Whether a package is of none of the organisations asked for (by name, id or title).

    Sites ignore filters that they do not know, and DKAN has none.
    """
    wanted = {name.lower() for name in organizations}
    return bool(wanted) and not wanted & _names_of(mapping(item))


def _names_of(package: Mapping[str, Any]) -> set[str]:
    holders = [mapping(package.get("organization")), *map(mapping, listed(package.get("groups")))]
    found = [holder.get(key) for holder in holders for key in ("id", "name", "title")]
    names = {
        line.lower() for value in (*found, package.get("owner_org")) if (line := line_of(value))
    }
    # DKAN: `group/region-hauts-de-france`.
    return names | {name.removeprefix("group/") for name in names}


def _refusal(fields: Fields, remote_id: str | None) -> str | None:
    if remote_id is None:
        return NO_ID
    if fields.top.get("private") is True and not fields.is_dkan:
        # DKAN says so of what it shows to everybody.
        return NOT_PUBLIC
    state = str(fields.top.get("state") or "active").lower()
    if state in {"deleted", "draft"}:
        return NOT_PUBLISHED
    return None


def _uri(fields: Fields, root: str, remote_id: str) -> str:
    """The extra `uri`, an identifier that is an address, else what CKAN's DCAT calls it."""
    for value in (fields.line("uri"), fields.line("identifier")):
        if is_web_address(value) and (address := absolute(value, root)):
            return address
    return page_of(root, remote_id)


def page_of(root: str, name: str) -> str:
    """The page of a dataset on its site."""
    return f"{root}/dataset/{quote(name, safe='')}"


def _issued(fields: Fields) -> list[object]:
    return [
        fields.first("issued"),
        reference_date(fields, "publication", "creation"),
        fields.top.get("metadata_created"),
    ]


def _modified(fields: Fields, now: datetime, warnings: list[str]) -> datetime | None:
    values = [
        fields.first("modified"),
        reference_date(fields, "revision"),
        fields.top.get("metadata_modified"),
        fields.first("metadata-date"),
    ]
    for value in values:
        if moment := moment_of(value, now):
            return moment
        if parse_moment(value):
            warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return None


def _first(values: list[object], now: datetime) -> datetime | None:
    return next(filter(None, (moment_of(value, now) for value in values)), None)
