"""Lists a DCAT catalogue: one document, or a walk along Hydra's next pages."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.dcat import terms
from services.harvester.connectors.dcat.paging import declared_total, next_page
from services.harvester.connectors.dcat.parser import Parsed, parse_graph
from services.harvester.connectors.dcat.reading import Reading, read_document
from services.harvester.connectors.transport import RETRY_PAUSES, ask
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError

PAGES_LIMIT = 10_000
ACCEPT = (
    "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.9, "
    "application/xml;q=0.5, */*;q=0.1"
)


@dataclass(frozen=True)
class _Position:
    """The page to read next, and how many datasets came before it."""

    url: str
    seen: int = 0


class DcatConnector:
    """Turtle, RDF/XML, JSON-LD and kin, read by pyoxigraph, which never fetches anything."""

    kind = "dcat"
    label = "catalogue DCAT (RDF)"

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, _site: Site, probe: Answer, _getter: Getter, /) -> bool:
        """The address itself answers a graph that describes a catalogue or a dataset."""
        try:
            graph = _decode(probe).graph
        except ServiceError:
            return False
        return any(True for _ in graph.of_type(terms.CATALOG, *terms.DATASET_TYPES))

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """Every page once: an address already visited, however far back, ends the walk."""
        position = _Position(**json.loads(cursor)) if cursor else _Position(site.url)
        visited: set[str] = set()
        ids: set[str] = set()
        while len(visited) < PAGES_LIMIT:
            visited.add(position.url)
            try:
                reading, url = await ask(
                    getter, position.url, _decode_located, accept=ACCEPT, pauses=self._pauses
                )
            except (PortalUnreachable, PortalRefusedError) as error:
                if not cursor and len(visited) == 1:
                    raise
                yield Page(
                    complete=False,
                    warnings=(f"Une page du catalogue n'a pas pu être lue : {error.message}",),
                )
                return
            visited.add(url)
            # A catalogue may be one document of 50 MB: other jobs go on meanwhile.
            parsed = await asyncio.to_thread(parse_graph, reading.graph, url=url, now=site.now)
            fresh = tuple(r for r in parsed.records if r.remote_id not in ids)
            ids |= {record.remote_id for record in fresh}
            parsed = replace(parsed, records=fresh)
            following, warning = next_page(reading.graph, url)
            new = len(fresh) + len(parsed.rejected)
            position = _Position(following or "", position.seen + new)
            # Nothing new behind a new address: an endless walk, as good as a page visited.
            ended = visited if new else {*visited, position.url}
            page = _page(reading, parsed, position, [warning] if warning else [], ended)
            yield page
            if page.cursor is None:
                return
        yield Page(complete=False, warnings=(f"Catalogue abandonné après {PAGES_LIMIT} pages.",))


def _page(
    reading: Reading, parsed: Parsed, after: _Position, warnings: list[str], visited: set[str]
) -> Page:
    complete = not reading.faults
    warnings += [f"Partie illisible du catalogue : {fault}" for fault in reading.faults]
    total = declared_total(reading.graph)
    cursor = None
    if after.url and after.url in visited:
        # All that was announced is there: a loop is then only a clumsy end.
        complete = complete and total is not None and after.seen >= total
        warnings.append(f"Le catalogue renvoie à une page déjà lue ({after.url}).")
    elif after.url:
        cursor = json.dumps({"url": after.url, "seen": after.seen})
    if cursor is None and total is not None and after.seen < total:
        complete = False
        warnings.append(
            f"Le catalogue annonce {total} jeux de données et n'en décrit que {after.seen}."
        )
    rejected = parsed.rejected
    if reading.faults and not parsed.records and not rejected:
        rejected = (Rejected(f"Catalogue illisible : {reading.faults[0]}"),)
    return Page(
        records=parsed.records,
        rejected=rejected,
        complete=complete,
        declared_total=total,
        cursor=cursor,
        warnings=tuple(warnings),
    )


def _decode(answer: Answer) -> Reading:
    return read_document(
        answer.body, url=answer.url, content_type=answer.headers.get("content-type")
    )


def _decode_located(answer: Answer) -> tuple[Reading, str]:
    """The final address is what relative ones are relative to."""
    return _decode(answer), answer.url
