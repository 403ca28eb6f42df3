"""What a run keeps of a listing for the next ones, and whether lists of changes are believed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.harvester.connectors.contract import Page
from services.harvester.models.listings import (
    DOUBTS_LIMIT,
    AskedPage,
    Listing,
    RememberedPage,
    place_of,
)
from services.harvester.models.runs import Run
from services.harvester.storage.listings import ListingStore

_OVERLAP = timedelta(hours=1)

_IGNORED = (
    "Le portail ne tient pas compte de la date demandée : sa liste est désormais lue en entier."
)
_OMITTED = (
    "Le portail avait omis des modifications dans ses listes de changements ({number} au moins) : "
    "sa liste est désormais lue en entier."
)
_BARREN = (
    "Le portail ne montre plus le dernier changement connu : sa liste sera lue en entier au "
    "prochain moissonnage."
)


async def remember_page(
    session: AsyncSession,
    run: Run,
    page: Page,
    asked: tuple[AskedPage, ...],
    *,
    repeatable: bool,
) -> None:
    """Keep a page that can be asked for again as it was; forget what was kept otherwise.

    Not kept: pages with entries set aside, whose reasons are told anew by each run, and
    lists of changes.
    """
    store, place = ListingStore(session), place_of(run.cursor)
    if run.since is not None:
        return
    if not asked or not repeatable or not page.complete or page.rejected:
        await store.forget(run.source_id, before=place)
        return
    await store.remember(
        run.source_id,
        place,
        RememberedPage(
            after=page.cursor,
            requests=asked,
            remote_ids=tuple(record.remote_id for record in page.records),
            warnings=page.warnings,
            declared_total=page.declared_total,
        ),
    )


async def check_changes(
    session: AsyncSession, run: Run, page: Page, differing: Collection[str]
) -> None:
    """A list of changes that holds older entries was none. One that was believed, and left
    out what a full sweep now finds, is not believed again.
    """
    store = ListingStore(session)
    if run.since is not None:
        if page.records and not page.selective:
            await store.distrust(run.source_id, _IGNORED)
        return
    if run.mode != "full" or not page.moments:
        return
    until = (await store.get(run.source_id)).trusted_until
    if until is None:
        return
    omitted = [
        key for key in differing if (when := page.moments.get(key)) and when <= until - _OVERLAP
    ]
    if omitted:
        await store.distrust(run.source_id, _OMITTED.format(number=len(omitted)))


async def end_sweep(session: AsyncSession, run: Run, *, found: int) -> str | None:
    """The portal has been listed to its end, or `run.stopped` says why not. A warning when
    what it listed as its changes is doubtful.
    """
    store = ListingStore(session)
    listing = await store.get(run.source_id)
    if run.stopped is not None:
        await store.save(
            replace(
                listing,
                sweep_started_at=run.sweep_started_at,
                sweep_cursor=run.cursor,
                sweep_mode=run.mode,
                sweep_since=run.since,
                sweep_complete=run.complete,
                sweep_identities=run.identities_known,
            )
        )
        return None
    ended = replace(listing, sweep_started_at=None, sweep_cursor=None, sweep_mode=None)
    if run.since is not None:
        ended, warning = _judge_changes(ended, run, found)
        await store.save(ended)
        return warning
    if run.complete:
        full = run.mode == "full"
        ended = replace(
            ended,
            pages=run.pages,
            newest=run.newest or listing.newest,
            full_sweep_at=run.sweep_started_at if full else listing.full_sweep_at,
            trusted_until=None if full else listing.trusted_until,
            doubts=0 if full else listing.doubts,
        )
        if run.sweep_started_at is not None:
            await store.prune(run.source_id, unseen_since=run.sweep_started_at)
    await store.save(ended)
    return None


def _judge_changes(listing: Listing, run: Run, found: int) -> tuple[Listing, str | None]:
    """The last known change is asked for again each time: a portal that obeys shows it."""
    if not run.complete:
        return listing, None
    if found:
        newest = run.newest or listing.newest
        return replace(listing, newest=newest, trusted_until=newest, doubts=0), listing.distrust
    doubts = listing.doubts + 1
    reason = _IGNORED if doubts >= DOUBTS_LIMIT else listing.distrust
    # Everything is read next time: the dataset of that change may simply have gone.
    return replace(listing, doubts=doubts, distrust=reason, full_sweep_at=None), _BARREN
