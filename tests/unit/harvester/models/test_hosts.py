"""When a host is left alone, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.models.hosts import (
    LONGEST_REST,
    HostHealth,
    after_answer,
    after_silence,
    retry_after,
)

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
REST = timedelta(seconds=60)


def answered(health: HostHealth, *statuses: int, **headers: str) -> HostHealth:
    """Each answer comes after the pause that the one before may have brought."""
    for status in statuses:
        given_headers = {name.replace("_", "-"): text for name, text in headers.items()}
        now = max(NOW, health.resting_until or NOW)
        health = after_answer(health, status, given_headers, now=now, rest=REST)
    return health


def pause(health: HostHealth) -> float | None:
    return (health.resting_until - NOW).total_seconds() if health.resting_until else None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("99999999999999999999", LONGEST_REST.total_seconds()),
        ("Sat, 28 Nov 2026 08:05:00 GMT", 300),
        ("Sat, 28 Nov 2026 07:00:00 GMT", 0),
        ("bientôt", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str | None, seconds: float | None) -> None:
    found = retry_after(text, NOW)

    assert (found.total_seconds() if found is not None else None) == seconds


def test_a_host_that_asks_for_a_pause_is_obeyed_at_once() -> None:
    host = HostHealth("ville.fr")

    assert pause(answered(host, 429, retry_after="120")) == 120
    assert pause(answered(host, 503, retry_after="Sat, 28 Nov 2026 08:05:00 GMT")) == 300
    assert [pause(answered(host, *[429] * n)) for n in (1, 2, 3)] == [60, 180, 420]


def test_an_answer_to_what_was_asked_before_a_pause_does_not_end_it() -> None:
    resting = answered(HostHealth("ville.fr"), 429)

    assert after_answer(resting, 200, {}, now=NOW, rest=REST) == resting


def test_a_host_that_fails_is_left_alone_after_a_few_failures_in_a_row_only() -> None:
    host = HostHealth("ville.fr")

    assert pause(answered(host, 503, 503, 503, 503)) is None
    assert pause(answered(host, 503, 503, 503, 503, 503)) == 60
    assert pause(answered(host, 503, 503, 503, 503, 200, 503)) is None
    assert pause(answered(host, *[403] * 8)) == 60
    assert pause(answered(host, *[403] * 7, 200, *[403] * 7)) is None
    assert pause(answered(host, *[404] * 50)) is None


def test_silence_is_believed_the_second_time() -> None:
    once = after_silence(HostHealth("ville.fr"), now=NOW, rest=REST)
    twice = after_silence(once, now=NOW, rest=REST)

    assert (pause(once), pause(twice)) == (None, 60)
    assert answered(twice, 200).well


def test_a_host_stays_away_that_is_not_there_after_its_rest_either() -> None:
    once = after_silence(HostHealth("ville.fr"), now=NOW, rest=REST)
    rested = after_silence(once, now=NOW, rest=REST)

    assert [health.stays_away for health in (once, rested)] == [False, False]
    assert after_silence(rested, now=NOW + REST, rest=REST).stays_away
    assert answered(rested, 504, 502, 504).stays_away
    # Who says "later", or forbids what is too much, is there: the run waits.
    assert not answered(rested, 429).stays_away
    assert not answered(rested, 503, 503, 503).stays_away
    assert not answered(rested, *[403] * 8).stays_away
    assert not answered(rested, 200).stays_away


@given(st.lists(st.sampled_from([200, 304, 403, 404, 429, 502, 503, None]), max_size=40))
def test_no_rest_is_longer_than_a_day_and_a_good_answer_ends_all(
    events: list[int | None],
) -> None:
    health = HostHealth("ville.fr")
    for status in events:
        now = max(NOW, health.resting_until or NOW)
        health = (
            after_silence(health, now=now, rest=REST)
            if status is None
            else answered(health, status)
        )
        assert health.left(now) <= LONGEST_REST

    assert answered(health, 200) == HostHealth("ville.fr")
