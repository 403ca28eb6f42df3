"""Identities, hashes, accounts, schedules, states and what follows from a fetch."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.models.datasets import (
    KnownDataset,
    change_of,
    dataset_id,
    record_hash,
    resource_id,
)
from services.harvester.models.files import (
    Fetched,
    FileState,
    Rechecks,
    after_fetch,
    being_made_until,
    looks_like_a_table,
    must_look,
    promises_a_table,
    request_key,
)
from services.harvester.models.runs import count_items
from services.harvester.models.schedules import check_schedule, next_moment
from services.harvester.models.sources import identity_of
from services.harvester.models.states import (
    ACTIVE_RUN_STATES,
    ITEM_TRANSITIONS,
    RUN_TRANSITIONS,
    SOURCE_TRANSITIONS,
    Change,
    ItemEvent,
    ItemState,
    RunEvent,
    RunState,
    SourceEvent,
    SourceState,
)
from shared.contracts.records import DatasetRecord, ResourceRecord, SchemaReference
from shared.errors import InvalidInputError

SOURCE = UUID("00000000-0000-4000-8000-000000000001")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECHECKS = Rechecks((12, 24, 168))
U = ResourceRecord(remote_id="1", url="u")
RECORD = DatasetRecord(
    remote_id="1",
    title="T",
    keywords=("a", "b"),
    resources=(ResourceRecord(remote_id="x"), ResourceRecord(remote_id="y")),
)


def test_ids_are_stable_and_differ_by_source_and_remote_id() -> None:
    assert dataset_id(SOURCE, "1") == UUID("90702987-7b1c-5c88-94fc-6f5da6602537")
    assert dataset_id(SOURCE, "1") != dataset_id(SOURCE, "2")
    assert dataset_id(SOURCE, "1") != dataset_id(uuid4(), "1")
    assert resource_id(SOURCE, "1") != dataset_id(SOURCE, "1")


def test_a_hash_ignores_order_and_our_warnings_and_nothing_else() -> None:
    same = RECORD.model_copy(
        update={
            "keywords": ("b", "a"),
            "resources": tuple(reversed(RECORD.resources)),
            "warnings": ("étrange",),
        }
    )

    assert record_hash(same) == record_hash(RECORD)
    for change in ({"title": "U"}, {"archived": True}, {"keywords": ("a",)}, {"resources": ()}):
        assert record_hash(RECORD.model_copy(update=change)) != record_hash(RECORD)


def stored(**changes: object) -> KnownDataset:
    values = {"id": SOURCE, "record_hash": "h", "delivered_hash": "h", "archived_at": None}
    return KnownDataset(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, Change.NEW),
        (stored(delivered_hash=None), Change.NEW),
        (stored(delivered_hash="old"), Change.CHANGED),
        (stored(archived_at=NOW), Change.CHANGED),
        (stored(), Change.UNCHANGED),
    ],
)
def test_a_change_is_judged_by_what_the_catalogue_was_given(
    known: KnownDataset | None, expected: Change
) -> None:
    assert change_of(known, "h") is expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, *Change]), st.sampled_from(list(ItemState)), st.integers(0, 50)
        )
    )
)
def test_an_account_adds_up_whatever_the_items_are(
    groups: list[tuple[Change | None, ItemState, int]],
) -> None:
    # As in the database: set aside or missing have no change, the others have one.
    real = [
        (change, state.value, count)
        for change, state, count in groups
        if (change is None) == (state in {ItemState.SKIPPED, ItemState.MISSING})
    ]

    counts = count_items(list(real))

    assert counts.found == (
        counts.new + counts.changed + counts.unchanged + counts.failed + counts.skipped
    )
    assert counts.found + counts.missing == sum(count for _, _, count in real)
    assert counts.pending <= counts.found


@pytest.mark.parametrize(
    ("table", "events", "states", "ends"),
    [
        (SOURCE_TRANSITIONS, SourceEvent, SourceState, {SourceState.REMOVED}),
        (
            RUN_TRANSITIONS,
            RunEvent,
            RunState,
            set(RunState) - ACTIVE_RUN_STATES - {RunState.ASKING},
        ),
        (ITEM_TRANSITIONS, ItemEvent, ItemState, {ItemState.DONE, ItemState.SKIPPED}),
    ],
)
def test_every_event_has_one_transition_and_ends_are_ends(table, events, states, ends) -> None:
    assert set(table) == set(events)
    for transition in table.values():
        assert transition.sources <= set(states)
        assert not transition.sources & ends


def test_a_schedule_is_in_paris_time_with_a_steady_spread() -> None:
    winter = next_moment("0 3 * * *", NOW, source_id=UUID(int=0), jitter_seconds=600)
    spread = next_moment("0 3 * * *", NOW, source_id=UUID(int=77), jitter_seconds=600)

    assert winter == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert spread - winter == timedelta(seconds=77)


@pytest.mark.parametrize("schedule", ["", "toutes les nuits", "61 3 * * *", "0 3 * *"])
def test_what_is_no_cron_expression_is_refused(schedule: str) -> None:
    with pytest.raises(InvalidInputError, match="cinq champs"):
        check_schedule(schedule)


def test_an_identity_ignores_the_order_of_the_configuration() -> None:
    one = identity_of(SOURCE, "https://x.fr", {"a": 1, "b": 2})

    assert one == identity_of(SOURCE, "https://x.fr", {"b": 2, "a": 1})
    assert one != identity_of(SOURCE, "https://x.fr", {"a": 1})


def file(**changes: object) -> FileState:
    values = {"id": SOURCE, "dataset_id": SOURCE, "organization_id": SOURCE, "remote_id": "1"}
    return FileState(**{**values, **changes})  # type: ignore[arg-type]


def test_a_failed_fetch_keeps_the_content_and_its_validators() -> None:
    before = file(url="u", sha256="s", etag="e", availability="available")

    after = after_fetch(before, U, Fetched(503, reason="le serveur a répondu 503"), NOW, RECHECKS)

    assert (after.sha256, after.etag) == ("s", "e")
    assert (after.availability, after.http_status) == ("unavailable", 503)
    assert after.reason


def test_a_file_that_is_never_made_is_given_up_after_some_two_minutes() -> None:
    answer = Fetched(202, reason="le serveur prépare encore le fichier (réponse 202)")
    state, now, asked = file(sha256="a" * 64, availability="available"), NOW, []

    while not asked or (being_made_until(state, now) and len(asked) < 20):
        now = being_made_until(state, now) or now
        asked.append((now - NOW).total_seconds())
        state = after_fetch(state, U, answer, now, RECHECKS)

    assert asked == [0, 2, 7, 17, 37, 77, 137]
    assert (state.availability, state.http_status, state.reason) == (
        "unavailable",
        202,
        answer.reason,
    )
    assert (state.sha256, state.checked_at, state.preparing_since) == ("a" * 64, now, None)
    assert state.next_check_at == RECHECKS.next_check(0, now)


def test_while_a_file_is_made_nothing_else_of_it_is_known_anew() -> None:
    before = file(sha256="a" * 64, availability="available", checked_at=NOW - timedelta(days=1))

    waiting = after_fetch(before, U, Fetched(202), NOW, RECHECKS)
    soon = NOW + timedelta(seconds=2)
    made = after_fetch(waiting, U, Fetched(200, sha256="b" * 64), soon, RECHECKS)

    assert (waiting.availability, waiting.checked_at) == ("available", before.checked_at)
    assert being_made_until(waiting, NOW) == soon
    assert being_made_until(waiting, soon) is None
    assert (made.availability, made.sha256, made.preparing_since) == ("available", "b" * 64, None)


def test_looks_at_a_file_that_stays_the_same_grow_apart() -> None:
    state = after_fetch(file(url="u"), U, Fetched(200, sha256="s"), NOW, RECHECKS)
    hours = []
    for _ in range(4):
        assert state.next_check_at is not None
        hours.append((state.next_check_at - NOW) / timedelta(hours=1))
        state = after_fetch(state, U, Fetched(304, not_modified=True), NOW, RECHECKS)

    assert hours == [12, 24, 168, 168]
    # The same bytes without a validator count as much; other bytes begin anew.
    same = after_fetch(state, U, Fetched(200, sha256="s"), NOW, RECHECKS)
    other = after_fetch(state, U, Fetched(200, sha256="t"), NOW, RECHECKS)
    assert same.next_check_at == NOW + timedelta(hours=168)
    assert other.next_check_at == NOW + timedelta(hours=12)


def test_a_file_is_asked_for_when_the_portal_says_something_new_or_its_time_has_come() -> None:
    state = after_fetch(file(url="u"), U, Fetched(200, sha256="s"), NOW, RECHECKS)
    later = NOW + timedelta(hours=1)

    def must(resource: ResourceRecord, began: datetime, now: datetime) -> bool:
        return must_look(state, resource, run_began=began, now=now)

    assert not must(U, later, later)
    assert must(U, NOW + timedelta(hours=13), NOW + timedelta(hours=13))
    assert must(U.model_copy(update={"modified": later}), later, later)
    assert must(U.model_copy(update={"url": "v"}), later, later)
    assert not must(U.model_copy(update={"modified": later}), NOW, later)  # twice in one run
    assert must_look(file(), U, run_began=NOW, now=NOW)


def test_an_unmodified_file_is_available_again() -> None:
    before = file(
        url="u", sha256="s", availability="unavailable", reason="le serveur a répondu 503"
    )

    after = after_fetch(before, U, Fetched(304, not_modified=True), NOW, RECHECKS)

    assert (after.availability, after.reason, after.sha256) == ("available", None, "s")


@pytest.mark.parametrize(
    ("resource", "start", "expected"),
    [
        ({"format": "csv"}, b"", True),
        ({"format": "xlsx"}, b"PK", True),
        ({"format": "pdf"}, b"%PDF", False),
        ({"format": "json", "schema_ref": SchemaReference(name="a/b")}, b"{}", True),
        ({"format": None}, b"a;b\n1;2", True),
        ({"format": None}, b"PK\x03\x04", True),
        ({"format": None}, b"\x89PNG\x00", False),
        ({"format": None}, b'{"a": 1}', False),
        ({"format": None}, b"", False),
        ({"format": "parquet"}, b"PAR1", True),
        ({"format": "geojson"}, b"{}", True),
        ({"format": "json"}, b'\xef\xbb\xbf [ {"a": 1}]', True),
        ({"format": "json"}, b"[[1, 2], [3, 4]]", False),
        ({"format": "json"}, b'\xef\xbb\xbf{"a": 1}', False),
        ({"format": "csv", "kind": "documentation"}, b"a;b", False),
    ],
)
def test_what_may_be_a_table_is_told_by_kind_format_and_first_bytes(
    resource: dict[str, object], start: bytes, *, expected: bool
) -> None:
    record = ResourceRecord(remote_id="1", **resource)  # type: ignore[arg-type]

    promised = promises_a_table(record)
    assert (looks_like_a_table(start) if promised is None else promised) is expected


def test_a_request_is_another_one_for_another_content_or_schema() -> None:
    schema = SchemaReference(name="a/b", version="1")

    keys = {request_key("s", None), request_key("s", schema), request_key("t", schema)}

    assert len(keys) == 3
