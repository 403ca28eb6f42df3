"""Which sources need somebody: what is wrong, since when, and what to do. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from services.harvester.models.listings import Listing
from services.harvester.models.runs import Run
from services.harvester.models.schedules import next_moment
from services.harvester.models.sources import Source
from services.harvester.models.states import RunState, SourceState

Trouble = Literal["asking", "silent", "late", "partial", "suspended", "distrusted"]

_TROUBLES: Mapping[RunState, Trouble] = {
    RunState.ASKING: "asking",
    RunState.FAILED: "silent",
    RunState.PARTIAL: "partial",
    RunState.SUSPENDED: "suspended",
}
_ADVICE: Mapping[Trouble, str] = {
    "asking": "Confirmez ou refusez l'archivage : « socle sources confirm », « --refuse ».",
    "silent": "Ouvrez l'adresse du portail dans un navigateur ; si elle a changé, ou si une option "
    "est fausse, corrigez la source (« socle sources set »), sinon prévenez son administrateur. "
    "« socle sources hosts » montre les serveurs laissés au repos.",
    "late": "Vérifiez que le moissonneur tourne (« socle doctor »), puis relancez : « socle "
    "sources run ».",
    "partial": "Voyez les entrées en échec de ce moissonnage ; le suivant les reprend.",
    "suspended": "Rien à faire : le prochain moissonnage reprend où celui-ci s'est arrêté. Si cela "
    "se répète, augmentez HARVESTER_RUN_REQUESTS, HARVESTER_RUN_BYTES ou HARVESTER_RUN_MINUTES.",
    "distrusted": "Rien à faire : la liste est lue en entier, ce qui prend plus de temps.",
}


@dataclass(frozen=True)
class Attention:
    """One source that needs somebody."""

    source: Source
    trouble: Trouble
    since: datetime | None
    detail: str
    advice: str


def sources_in_trouble(
    sources: Iterable[Source],
    runs: Mapping[UUID, Run],
    listings: Mapping[UUID, Listing],
    now: datetime,
) -> Iterator[Attention]:
    """The enabled sources in trouble, each once for each of its troubles; `runs` by id."""
    for source in sources:
        if source.state is not SourceState.ENABLED:
            continue
        last = runs.get(source.last_run_id) if source.last_run_id else None
        if last is not None and (trouble := _TROUBLES.get(last.state)):
            yield _attention(source, trouble, last.finished_at, _words(last))
        if _is_late(source, last, now):
            since = last.created_at if last else source.created_at
            yield _attention(source, "late", since, "aucun moissonnage depuis deux échéances")
        listing = listings.get(source.id)
        if listing is not None and listing.distrust:
            yield _attention(source, "distrusted", None, listing.distrust)


def _words(run: Run) -> str:
    if run.state is RunState.ASKING:
        return f"{run.condemned} jeux de données disparus du portail attendent votre décision"
    return run.error or run.stopped or (run.warnings[-1] if run.warnings else "voir ses échecs")


def _is_late(source: Source, last: Run | None, now: datetime) -> bool:
    """Two moments of the schedule have passed since the last run began."""
    began = last.created_at if last else source.created_at
    if source.schedule is None or began is None:
        return False
    moment = began
    for _ in range(2):
        moment = next_moment(source.schedule, moment, source_id=source.id, jitter_seconds=0)
    return moment + timedelta(hours=1) < now


def _attention(source: Source, trouble: Trouble, since: datetime | None, detail: str) -> Attention:
    return Attention(source, trouble, since, detail, _ADVICE[trouble])
