"""Lists a DCAT catalogue: one document, or a walk along Hydra's next pages."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial

from services.harvester.connectors.contract import Answer, Getter, Page, Rejected, Site
from services.harvester.connectors.dcat.document import Document, is_catalogue, read_answer
from services.harvester.connectors.transport import RETRY_PAUSES, ask
from services.harvester.errors import PortalRefusedError, PortalUnreachable

PAGES_LIMIT = 10_000
_UNREADABLE = "Catalogue illisible : {fault} Signalez-le à qui tient le portail."
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
    """Turtle, RDF/XML, JSON-LD and kin, read by pyoxigraph, which never fetches anything.

    Also the `data.json` of DCAT-US, which is plain JSON.
    """

    kind = "dcat"
    label = "catalogue DCAT (RDF)"
    options = frozenset[str]()

    def __init__(self, *, pauses: tuple[float, ...] = RETRY_PAUSES) -> None:
        self._pauses = pauses

    async def recognises(self, _site: Site, probe: Answer, _getter: Getter, /) -> bool:
        """The address itself answers a graph that describes a catalogue or a dataset."""
        return is_catalogue(probe)

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
                # In a thread, both reading and parsing: it may be one document of 50 MB.
                document = await ask(
                    getter,
                    position.url,
                    partial(read_answer, now=site.now),
                    accept=ACCEPT,
                    pauses=self._pauses,
                )
            except (PortalUnreachable, PortalRefusedError) as error:
                if not cursor and len(visited) == 1:
                    raise
                yield Page(
                    complete=False,
                    warnings=(f"Une page du catalogue n'a pas pu être lue : {error.message}",),
                )
                return
            # The final address is what relative ones are relative to.
            visited.add(document.url)
            fresh = tuple(r for r in document.records if r.remote_id not in ids)
            ids |= {record.remote_id for record in fresh}
            document = replace(document, records=fresh)
            new = len(fresh) + len(document.rejected)
            position = _Position(document.following or "", position.seen + new)
            # Nothing new behind a new address: an endless walk, as good as a page visited.
            ended = visited if new else {*visited, position.url}
            page = _page(document, position, ended)
            yield page
            if page.cursor is None:
                return
        yield Page(complete=False, warnings=(f"Catalogue abandonné après {PAGES_LIMIT} pages.",))


def _page(document: Document, after: _Position, visited: set[str]) -> Page:
    complete = not document.faults
    warnings = [document.warning] if document.warning else []
    warnings += [f"Partie illisible du catalogue : {fault}" for fault in document.faults]
    total = document.total
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
    rejected = document.rejected
    if document.faults and not document.records and not rejected:
        rejected = (Rejected(_UNREADABLE.format(fault=document.faults[0])),)
    return Page(
        records=document.records,
        rejected=rejected,
        complete=complete,
        declared_total=total,
        cursor=cursor,
        warnings=tuple(warnings),
    )
