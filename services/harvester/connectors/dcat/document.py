"""One answer of a DCAT catalogue, in RDF or in the plain JSON of DCAT-US. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.harvester.connectors.contract import Answer, Rejected
from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.paging import declared_total, next_page, on_our_host
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import Reading, read_document
from services.harvester.connectors.dcat_us import catalogue as dcat_us
from services.harvester.connectors.dcat_us.parser import parse_catalogue
from services.harvester.connectors.transport import decode_json
from shared.contracts.records import DatasetRecord
from shared.errors import ServiceError

_HOLDERS = (b'"dataset"', b'"datasetSeries"', b'"service"', b'"catalog"')


@dataclass(frozen=True)
class Document:
    """What an answer at `url` holds, and where the catalogue goes on.

    `faults` says in French what could not be read; `warning` what was odd about `following`.
    """

    url: str
    records: tuple[DatasetRecord, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    faults: tuple[str, ...] = ()
    following: str | None = None
    warning: str | None = None
    total: int | None = None


def read_answer(answer: Answer, now: datetime) -> Document:
    """Raises `PortalUnreachable` when the answer is no catalogue at all."""
    if (feed := _feed_in(answer)) is not None:
        parsed = parse_catalogue(feed, url=answer.url, now=now)
        link = dcat_us.next_link(feed, answer.headers, answer.url)
        following, warning = on_our_host(link, answer.url) if link else (None, None)
        return Document(
            answer.url,
            parsed.records,
            parsed.rejected,
            following=following,
            warning=warning,
            total=dcat_us.declared_total(feed),
        )
    reading = _graph_in(answer)
    graph = parse_graph(reading.graph, url=answer.url, now=now)
    following, warning = next_page(reading.graph, answer.url)
    return Document(
        answer.url,
        graph.records,
        graph.rejected,
        reading.faults,
        following,
        warning,
        declared_total(reading.graph),
    )


def is_catalogue(answer: Answer) -> bool:
    """Whether the answer describes a catalogue or a dataset."""
    try:
        if _feed_in(answer) is not None:
            return True
        graph = _graph_in(answer).graph
    except ServiceError:
        return False
    return any(True for _ in graph.of_type(terms.CATALOG, *terms.DATASET_TYPES))


def _feed_in(answer: Answer) -> dict[str, Any] | None:
    """The JSON of a DCAT-US feed; a look at the bytes spares decoding large graphs twice."""
    start = answer.body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(b"{") or not any(holder in answer.body for holder in _HOLDERS):
        return None
    decoded = decode_json(answer)
    return decoded if dcat_us.is_dcat_us(decoded) else None


def _graph_in(answer: Answer) -> Reading:
    return read_document(
        answer.body, url=answer.url, content_type=answer.headers.get("content-type")
    )
