"""A record of ISO 19139 (`gmd:MD_Metadata`) as a target record. Pure."""

from datetime import datetime

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.csw.iso_places import period_of, spatial_of_record
from services.harvester.connectors.csw.iso_resources import parse_resources
from services.harvester.connectors.csw.paths import (
    at,
    attribute,
    codes_at,
    first,
    text_at,
    text_of,
    texts_at,
)
from services.harvester.connectors.csw.records import (
    NOT_DATASETS,
    record_id,
)
from services.harvester.connectors.csw.requests import page_of
from services.harvester.connectors.markup import Element
from services.harvester.connectors.refusals import NO_ID, NO_TITLE
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.dates import parse_moment, past_moment
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.licences import Licence, limits_access, resolve_licence
from services.harvester.connectors.values.schemas import (
    is_register_name,
    names_a_schema,
    schema_reference,
)
from services.harvester.connectors.values.texts import clean_keywords, clean_line, clean_text
from shared.contracts.records import Contact, DatasetRecord, Publisher, SchemaReference

_IDENTIFICATION = "identificationInfo/*"
_CITATION = f"{_IDENTIFICATION}/citation/CI_Citation"
_PUBLISHING_ROLES = ("owner", "publisher", "custodian", "author", "originator", "pointOfContact")
_THEMES = "inspire themes"


def parse_iso(record: Element, *, endpoint: str, now: datetime) -> DatasetRecord | Rejected:
    """One dataset, or why it cannot be imported; services are none."""
    remote_id = record_id(text_at(record, "fileIdentifier"))
    title = clean_line(text_at(record, f"{_CITATION}/title"))
    publisher = _publisher(record)
    levels = codes_at(record, "hierarchyLevel/MD_ScopeCode")
    if reason := next(filter(None, map(NOT_DATASETS.get, levels)), None):
        return Rejected(reason, remote_id=remote_id, title=title, publisher=publisher)
    if remote_id is None:
        return Rejected(NO_ID, title=title, publisher=publisher)
    if title is None:
        return Rejected(NO_TITLE, remote_id=remote_id, publisher=publisher)
    warnings: list[str] = []
    licence = _licence(record)
    keywords, themes = _keywords(record)
    return DatasetRecord(
        remote_id=remote_id,
        uri=_uri(record),
        remote_url=page_of(endpoint, remote_id),
        title=title,
        description=clean_text(text_at(record, f"{_IDENTIFICATION}/abstract")),
        publisher=publisher,
        license=licence.id,
        license_raw=clean_line(licence.raw),
        frequency=_frequency(record, warnings),
        temporal=period_of(record),
        spatial=spatial_of_record(record, warnings),
        keywords=keywords,
        themes=themes,
        language=_language(record),
        issued=_date(record, now, "publication", "creation"),
        modified=_modified(record, now, warnings),
        contact=_contact(record),
        schema_ref=_schema(record),
        resources=parse_resources(record, base=endpoint, warnings=warnings),
        warnings=tuple(warnings),
    )


def _uri(record: Element) -> str | None:
    """The dataset's own identifier, of which the code space is often the first half."""
    for identifier in at(record, f"{_CITATION}/identifier/*"):
        code = clean_line(text_at(identifier, "code"))
        space = clean_line(text_at(identifier, "codeSpace"))
        if code and is_web_address(code):
            return code
        if code and space and is_web_address(space):
            return f"{space.rstrip('/')}/{code.lstrip('/')}"
    return None


def _licence(record: Element) -> Licence:
    """Anchors first: an address says more than the sentence that it is under."""
    linked, said = [], []
    for constraints in at(record, f"{_IDENTIFICATION}/resourceConstraints/*"):
        for name in ("otherConstraints", "useLimitation"):
            for element in at(constraints, name):
                anchor = first(element, "Anchor")
                href = attribute(anchor, "href") if anchor is not None else None
                text = text_of(element)
                if limits_access(f"{href} {text}"):
                    continue
                linked += [href] if href else []
                # A name and an address on lines of their own: each is tried as well.
                said += [part for part in (text, *(text or "").splitlines()) if part]
    by_address = resolve_licence(linked)
    by_text = resolve_licence(said)
    return Licence(by_text.id or by_address.id, by_text.raw or by_address.raw)


def _keywords(record: Element) -> tuple[tuple[str, ...], tuple[str, ...]]:
    keywords: list[object] = []
    themes: list[object] = []
    for group in at(record, f"{_IDENTIFICATION}/descriptiveKeywords/MD_Keywords"):
        thesaurus = text_at(group, "thesaurusName/CI_Citation/title") or ""
        words = texts_at(group, "keyword")
        (themes if _THEMES in thesaurus.lower() else keywords).extend(words)
    themes += texts_at(record, f"{_IDENTIFICATION}/topicCategory/MD_TopicCategoryCode")
    return clean_keywords(keywords), clean_keywords(themes)


def _parties(record: Element) -> list[tuple[str, Element]]:
    """Responsible parties with their roles, those of the data before that of the record."""
    found = []
    for path in (f"{_IDENTIFICATION}/pointOfContact", "contact"):
        for party in at(record, f"{path}/CI_ResponsibleParty"):
            role = next(iter(codes_at(party, "role/CI_RoleCode")), "")
            found.append((role, party))
    return found


def _publisher(record: Element) -> Publisher:
    parties = _parties(record)
    for role in (*_PUBLISHING_ROLES, None):
        for found, party in parties:
            name = clean_line(text_at(party, "organisationName"))
            if name and role in {found, None}:
                return Publisher(name=name)
    return Publisher()


def _contact(record: Element) -> Contact | None:
    parties = _parties(record)
    ranked = sorted(parties, key=lambda each: each[0] != "pointOfContact")
    for _, party in ranked:
        email = clean_line(text_at(party, "contactInfo//electronicMailAddress"))
        if email and "@" in email:
            name = text_at(party, "individualName", "organisationName")
            return Contact(name=clean_line(name), email=email.removeprefix("mailto:").strip())
    return None


def _frequency(record: Element, warnings: list[str]) -> str | None:
    path = f"{_IDENTIFICATION}/resourceMaintenance//MD_MaintenanceFrequencyCode"
    word = next(iter(codes_at(record, path)), None)
    frequency = resolve_frequency(word)
    if frequency == "unknown" and word and word.lower() != "unknown":
        warnings.append(f"Fréquence de mise à jour non reconnue : « {clean_line(word)} ».")
    return frequency


def _date(record: Element, now: datetime, *kinds: str) -> datetime | None:
    """The latest citation date of the first kind that has any."""
    for kind in kinds:
        moments = [
            moment
            for dated in at(record, f"{_CITATION}/date/CI_Date")
            if kind in codes_at(dated, "dateType/CI_DateTypeCode")
            and (moment := past_moment(text_at(dated, "date/*", "date"), now))
        ]
        if moments:
            return max(moments)
    return None


def _modified(record: Element, now: datetime, warnings: list[str]) -> datetime | None:
    """The revision of the data; else the date stamp, which is the record's."""
    if revised := _date(record, now, "revision"):
        return revised
    stamp = text_at(record, "dateStamp/*", "dateStamp")
    moment = past_moment(stamp, now)
    if moment is None and parse_moment(stamp):
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return moment


def _language(record: Element) -> str | None:
    path = f"{_IDENTIFICATION}/language"
    codes = [*codes_at(record, f"{path}/LanguageCode"), *texts_at(record, path, "language")]
    return next((code.lower()[:20] for code in codes), None)


def _schema(record: Element) -> SchemaReference | None:
    """A specification that the data are said to pass, when it is a schema of tables."""
    for result in at(record, "dataQualityInfo//DQ_ConformanceResult"):
        passed = (text_at(result, "pass") or "").lower()
        for title in at(result, "specification//title"):
            anchor = first(title, "Anchor")
            said = (attribute(anchor, "href") if anchor is not None else None, text_of(title))
            for value in map(clean_line, said):
                if not value or passed not in {"true", "1"}:
                    continue
                if names_a_schema(value) if is_web_address(value) else is_register_name(value):
                    return schema_reference(name=value)
    return None
