"""The records of a page in whichever schema they come. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from lxml import etree

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.csw.dublin_core import parse_dublin_core
from services.harvester.connectors.csw.iso import parse_iso
from services.harvester.connectors.csw.paths import text_at
from services.harvester.connectors.csw.response import Found, Response
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from services.harvester.connectors.values.dates import past_moment
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.errors import PortalUnreachable
from shared.contracts.records import DatasetRecord

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_ISO = frozenset({"MD_Metadata", "MI_Metadata"})
_DUBLIN_CORE = frozenset({"Record", "SummaryRecord", "BriefRecord"})


@dataclass(frozen=True)
class Parsed:
    """What a page holds. `faults` says what of it could not be read.

    `keys` has one for each entry, also for those that are not ours, so that a page that
    comes again is known. `stamps` has, by key, when an entry changed: the very date that a
    constraint on it goes by.
    """

    records: tuple[DatasetRecord, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    faults: tuple[str, ...] = ()
    keys: frozenset[str] = frozenset()
    stamps: Mapping[str, datetime] = field(default_factory=dict)


def parse_response(response: Response, *, endpoint: str, now: datetime) -> Parsed:
    """Every record once; a catalogue of attributes among them is none of ours."""
    records: dict[str, DatasetRecord] = {}
    rejected: dict[str, Rejected] = {}
    faults: list[str] = []
    keys: set[str] = set()
    stamps: dict[str, datetime] = {}
    for found in response.found:
        entries = _parse(found, endpoint, now, faults)
        for parsed in entries:
            key = parsed.remote_id or made_id(f"{parsed.title}")
            if isinstance(parsed, Rejected):
                rejected.setdefault(key, parsed)
            else:
                records.setdefault(key, _marked(parsed, found.fault))
            keys.add(key)
            if stamp := _stamp(found, now):
                stamps[key] = stamp
        if not entries:
            keys.add(made_id(etree.tostring(found.element, encoding="unicode")))
    return Parsed(
        tuple(records.values()), tuple(rejected.values()), tuple(faults), frozenset(keys), stamps
    )


def _stamp(found: Found, now: datetime) -> datetime | None:
    """When the record changed; DCAT shows the date of the data only."""
    if found.kind in _ISO:
        return past_moment(text_at(found.element, "dateStamp/*", "dateStamp"), now)
    if found.kind in _DUBLIN_CORE:
        return past_moment(text_at(found.element, "modified"), now)
    return None


def _parse(
    found: Found, endpoint: str, now: datetime, faults: list[str]
) -> list[DatasetRecord | Rejected]:
    if found.kind in _ISO:
        return [parse_iso(found.element, endpoint=endpoint, now=now)]
    if found.kind in _DUBLIN_CORE:
        return [parse_dublin_core(found.element, endpoint=endpoint, now=now)]
    if found.kind not in {"RDF", "Dataset"}:
        return []
    try:
        reading = read_document(_rdf(found), url=endpoint, content_type="application/rdf+xml")
    except PortalUnreachable as error:
        faults.append(error.message)
        return []
    faults += reading.faults
    graph = parse_graph(reading.graph, url=endpoint, now=now)
    return [*map(partial(_without_itself, url=endpoint), graph.records), *graph.rejected]


def _without_itself(record: DatasetRecord, url: str) -> DatasetRecord:
    """GeoNetwork writes empty addresses for themes, which mean the document itself."""
    themes = tuple(theme for theme in record.themes if theme != url)
    return record.model_copy(update={"themes": themes})


def _rdf(found: Found) -> bytes:
    """The document of a graph; a dataset that stands alone is put into one."""
    body = etree.tostring(found.element, encoding="unicode", with_tail=False)
    if found.kind == "Dataset":
        body = f'<rdf:RDF xmlns:rdf="{_RDF}">{body}</rdf:RDF>'
    return body.encode()


def _marked(record: DatasetRecord, fault: str | None) -> DatasetRecord:
    return record.model_copy(update={"warnings": (*record.warnings, fault)}) if fault else record
