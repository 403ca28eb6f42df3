"""Scores follow every change in its own transaction; each change of a verdict is told once."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.catalogue.models.event import Event, EventFilter, EventKind
from services.catalogue.models.quality import Scope
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.reindex import reindex
from services.catalogue.operations.score_datasets import score_datasets, score_due
from services.catalogue.quality.criteria import Score
from services.catalogue.quality.score import points_of
from services.catalogue.storage.events import EventStore
from services.catalogue.storage.quality import QualityStore, saved_scores
from services.catalogue.storage.quality_groups import QualityGroupStore
from services.catalogue.storage.quality_tables import dataset_quality
from services.catalogue.storage.tables import datasets, resources
from shared.contracts.catalogue import (
    ResourceVerdict,
    VerdictBatch,
    VerdictReport,
)
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOW,
    checked,
    dataset,
    key,
    put,
    resource,
    schema,
    verdict,
)
from tests.integration.catalogue.conftest import TABLES
from tests.support.services import run_apart


async def report(database: Database, *reports: VerdictReport) -> None:
    await record_verdicts(database, VerdictBatch(verdicts=list(reports)), EVERYONE)


async def events(database: Database, **asked: Any) -> list[Event]:
    """Oldest first."""
    async with database.begin() as session:
        return (await EventStore(session).page(EventFilter(**asked), 1000))[::-1]


async def scores(database: Database, name: str) -> dict[Score, int | None]:
    async with database.begin() as session:
        found = await QualityStore(session).of_dataset(key(name))
    assert found is not None
    return {score: points_of(found.earned, score) for score in Score}


async def test_a_verdict_changes_the_score_and_the_points_that_lists_are_sorted_by(
    database: Database,
) -> None:
    declared = checked("a", schema_ref=schema("scdl/deliberations"))
    await put(database, dataset("a", resources=[declared]))
    assert (await scores(database, "a"))[Score.CONFORMITY] is None

    await report(database, verdict("a", verdict="invalid", rows=10, rows_with_errors=5))
    assert (await scores(database, "a"))[Score.CONFORMITY] == 40

    await report(database, verdict("a", checked_at=NOW + timedelta(hours=1)))
    found = await scores(database, "a")
    assert found[Score.CONFORMITY] == 100
    async with database.begin() as session:
        assert await session.scalar(select(datasets.c.quality_points)) == found[Score.MQA]


async def test_days_are_kept_only_where_a_score_changed(database: Database) -> None:
    await put(database, dataset("a"))
    async with database.begin() as session:
        first = await QualityStore(session).days_of_dataset(key("a"))
    await put(database, dataset("a", revision=NOW + timedelta(hours=1)))
    async with database.begin() as session:
        await score_datasets(session, [key("a")], datetime.now(UTC) + timedelta(days=1))
    async with database.begin() as session:
        assert await QualityStore(session).days_of_dataset(key("a")) == first

    later = datetime.now(UTC) + timedelta(days=2)
    await put(database, dataset("a", revision=NOW + timedelta(hours=2), keywords=["mot"]))
    async with database.begin() as session:
        await score_datasets(session, [key("a")], later)
        days = await QualityStore(session).days_of_dataset(key("a"))
    assert [day.mqa for day in days][-1] == first[-1].mqa + 30


async def days_after(
    database: Database, day: date, **changed: int | None
) -> list[tuple[date, float | None]]:
    """Days and points of the one dataset, once it was given these scores on that day."""
    async with database.begin() as session:
        row = (await session.execute(select(dataset_quality))).mappings().one()
        await session.execute(*saved_scores([{**row, **changed}], day))
        days = await QualityStore(session).days_of_dataset(row["dataset_id"])
    return [(one.day, one.mqa) for one in days]


async def test_the_last_scores_of_a_day_are_kept_by_that_day(database: Database) -> None:
    await put(database, dataset("a"))
    async with database.begin() as session:
        (first,) = await QualityStore(session).days_of_dataset(key("a"))
    day, later, last = (first.day + timedelta(days=number) for number in range(3))

    assert await days_after(database, day, mqa=1) == [(day, 1)]
    assert await days_after(database, later) == [(day, 1)]
    assert await days_after(database, last, mqa=2) == [(day, 1), (last, 2)]
    assert await days_after(database, last, mqa=3) == [(day, 1), (last, 3)]
    # Of a process whose clock is behind.
    assert await days_after(database, later, mqa=4) == [(day, 1), (last, 4)]
    assert await days_after(database, last, mqa=1) == [(day, 1), (last, 1)]


async def test_each_score_makes_a_day_that_is_kept_with_all_of_them(database: Database) -> None:
    await put(database, dataset("a"))
    async with database.begin() as session:
        expected = await QualityStore(session).days_of_dataset(key("a"))
    for name in ("mqa", "datagouv", "freshness", "conformity", "availability"):
        changed = None if name == "availability" else 7
        before = expected[-1]
        expected.append(replace(before, day=before.day + timedelta(days=1), **{name: changed}))
        await days_after(database, expected[-1].day, **{name: changed})
    async with database.begin() as session:
        assert await QualityStore(session).days_of_dataset(key("a")) == expected


async def test_time_alone_makes_a_dataset_late(database: Database) -> None:
    fresh = dataset("a", frequency="monthly", modified=NOW)
    await put(database, fresh)
    on_time = (await scores(database, "a"))[Score.FRESHNESS]

    moment = NOW + timedelta(days=33)
    assert await score_due(database, moment) == 1
    assert (await scores(database, "a"))[Score.FRESHNESS] < on_time
    assert await score_due(database, moment) == 0


async def test_what_older_rules_scored_is_scored_again(database: Database) -> None:
    await put(database, dataset("a"))
    async with database.begin() as session:
        await session.execute(text("update catalogue.dataset_quality set rules = 0"))
    assert await score_due(database) == 1


async def test_a_new_gone_and_returned_dataset_is_told_once_each(database: Database) -> None:
    hours = iter(range(1, 20))

    async def send(*, archived: bool) -> None:
        revision = NOW + timedelta(hours=next(hours))
        await put(database, dataset("a", archived=archived, revision=revision))

    for archived in (False, False, True, True, False, False):
        await send(archived=archived)

    assert [event.kind for event in await events(database)] == [
        EventKind.DATASET_NEW,
        EventKind.DATASET_REMOVED,
        EventKind.DATASET_RETURNED,
    ]


async def test_waiting_for_a_verdict_is_no_change(database: Database) -> None:
    await put(database, dataset("a", resources=[checked("a")]))
    await report(database, verdict("a"))
    later = NOW + timedelta(hours=1)
    await put(database, dataset("a", resources=[checked("a", text="v2")], revision=later))
    await report(database, verdict("a", text="v2", checked_at=later))

    changes = await events(database, kinds=(EventKind.VERDICT_CHANGED,))
    assert [(one.before, one.after) for one in changes] == [(None, "valid")]


async def test_reindexing_tells_nothing(database: Database) -> None:
    await put(database, dataset("a", resources=[checked("a")]))
    await report(database, verdict("a"))
    before = await events(database)
    await reindex(database)
    assert await events(database) == before


async def test_events_are_found_by_territory_schema_and_organisation(database: Database) -> None:
    await put(
        database,
        dataset("a", resources=[checked("a")]),
        dataset("b", LIMEIL, resources=[resource("b", "b", availability="unavailable")]),
    )
    await report(database, verdict("a"))

    def names(found: list[Event]) -> set[str]:
        return {event.dataset_title for event in found}

    assert names(await events(database, territory="94028")) == {"a"}
    assert names(await events(database, territory="R11")) == {"a", "b"}
    assert names(await events(database, organization=LIMEIL.id)) == {"b"}
    assert names(await events(database, schema="scdl/deliberations")) == {"a"}


VERDICTS: tuple[ResourceVerdict, ...] = ("valid", "invalid", "unreadable", "failed")
step = st.one_of(
    st.tuples(st.just("content"), st.integers(0, 2)),
    st.tuples(st.just("verdict"), st.integers(0, 2), st.sampled_from(VERDICTS)),
    st.tuples(st.just("down")),
    st.tuples(st.just("again")),
    st.tuples(st.just("nothing-asked"), st.integers(0, 2)),
)


async def look(own: Database, seen: dict[UUID, list[str]]) -> None:
    """Note the verdicts that a reader sees now, where they are not those seen last."""
    async with own.begin() as session:
        for row in await session.execute(select(resources.c.id, resources.c.verdict)):
            if row.verdict != "pending" and seen[row.id][-1:] != [row.verdict]:
                seen[row.id].append(row.verdict)


async def play(own: Database, steps: list[Any]) -> None:
    async with own.begin() as session:
        for table in TABLES:
            if table.startswith("catalogue."):
                await session.execute(text(f"delete from {table}"))
    seen: dict[UUID, list[str]] = defaultdict(list)
    last = None
    for number, (kind, *values) in enumerate(steps, 1):
        moment = NOW + timedelta(minutes=number)
        if kind == "verdict":
            version, given_verdict = values
            told = verdict("a", text=str(version), verdict=given_verdict, checked_at=moment)
            await report(own, told)
            await report(own, told)
        else:
            if kind == "content":
                last = checked("a", text=str(values[0]))
            elif kind == "nothing-asked":
                last = resource("a")
            elif kind == "down":
                last = checked("a", availability="unavailable")
            message = dataset("a", resources=[last or checked("a", text="0")], revision=moment)
            await put(own, message)
            await put(own, message)
        await look(own, seen)
    changes = await events(own, kinds=(EventKind.VERDICT_CHANGED,))
    told_of = [(one.before, one.after) for one in changes]
    expected = list(pairwise([None, *seen[key("a", "a")]]))
    if expected[:1] == [(None, "no-schema")]:
        expected = expected[1:]
    assert told_of == expected


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(step, min_size=1, max_size=8))
def test_each_change_of_a_verdict_is_told_exactly_once(
    database: Database, steps: list[Any]
) -> None:
    async def told() -> None:
        own = Database(database.url)
        try:
            await play(own, steps)
        finally:
            await own.close()

    run_apart(told)


async def test_groups_are_the_sums_of_their_datasets(database: Database) -> None:
    await put(
        database,
        dataset("a", resources=[checked("a", schema_ref=schema("scdl/deliberations"))]),
        dataset("b", keywords=["mot"], frequency="annual"),
        dataset("c", LIMEIL, license=None),
        dataset("d", archived=True),
    )
    await report(database, verdict("a", verdict="invalid", rows=10, rows_with_errors=4))
    async with database.begin() as session:
        rows = list(await session.execute(select(dataset_quality)))
        groups = QualityGroupStore(session)
        await groups.keep_day(NOW.date())
        written = await groups.keep_day(NOW.date())
        cases: list[tuple[Scope, str, set[str]]] = [
            ("all", "", {"a", "b", "c"}),
            ("organization", str(CRETEIL.id), {"a", "b"}),
            ("territory", "94028", {"a", "b"}),
            ("territory", "94", {"a", "b", "c"}),
            ("schema", "scdl/deliberations", {"a"}),
        ]
        for scope, of, names in cases:
            members = [row for row in rows if row.dataset_id in {key(name) for name in names}]
            found = await groups.now(scope, of)
            assert found.datasets == len(members)
            assert found.means["mqa"] == sum(row.mqa for row in members) / len(members)
            judged = [row.conformity for row in members if row.conformity is not None]
            mean = sum(judged) / len(judged) if judged else None
            assert found.means["conformity"] == mean
            assert found.tally.rows_valid == sum(row.rows_valid for row in members)
            for criterion in found.criteria:
                points = [row.earned[criterion.position] for row in members]
                known = [value for value in points if value is not None]
                assert (criterion.points, criterion.datasets) == (sum(known), len(known))
            (day,) = await groups.days(scope, of)
            assert {name: getattr(day, name) for name in found.means} == found.means
            assert (day.datasets, day.tally) == (found.datasets, found.tally)
    assert written >= len(cases)
