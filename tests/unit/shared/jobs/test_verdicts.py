"""What follows from the way an attempt ended."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import ClientError, Transient
from shared.jobs.errors import LeaseLost
from shared.jobs.models import Backoff, Job
from shared.jobs.verdicts import Bury, JobTimeout, Retry, after_failure, after_silence, describe

BACKOFF = Backoff(base=timedelta(seconds=2), cap=timedelta(minutes=15))
FIRST = Job(uuid4(), None, "work", {}, attempt=1, max_attempts=3)
LAST = Job(uuid4(), None, "work", {}, attempt=3, max_attempts=3)


@pytest.mark.parametrize("error", [Transient("Le portail ne répond pas."), ValueError("x")])
def test_a_failure_is_tried_again_until_the_last_attempt(error: Exception) -> None:
    assert isinstance(after_failure(error, FIRST, BACKOFF, 0.5), Retry)
    assert isinstance(after_failure(error, LAST, BACKOFF, 0.5), Bury)


def test_the_callers_fault_is_not_tried_again() -> None:
    assert after_failure(ClientError("Adresse refusée."), FIRST, BACKOFF, 0.5) == Bury(
        "Adresse refusée."
    )


def test_a_lost_lease_decides_nothing() -> None:
    assert after_failure(LeaseLost("reprise"), LAST, BACKOFF, 0.5) is None


def test_a_portal_that_asks_for_an_hour_gets_it() -> None:
    verdict = after_failure(Transient("Trop de requêtes.", retry_after=3600), FIRST, BACKOFF, 0)

    assert isinstance(verdict, Retry)
    assert verdict.delay == timedelta(hours=1)


@pytest.mark.parametrize("asked", [-5, 0, 10**12, float("inf"), float("nan"), "demain"])
def test_an_absurd_delay_is_bounded(asked: object) -> None:
    verdict = after_failure(Transient("…", retry_after=asked), FIRST, BACKOFF, 0)

    assert isinstance(verdict, Retry)
    assert timedelta(seconds=1) <= verdict.delay <= timedelta(days=1)


def test_silence_costs_an_attempt_and_the_last_one_the_job() -> None:
    assert isinstance(after_silence(FIRST, BACKOFF, 0.5), Retry)
    buried = after_silence(LAST, BACKOFF, 0.5)
    assert isinstance(buried, Bury)
    assert "a cessé de répondre (tentative 3 sur 3)" in buried.error


def test_errors_are_described_in_french_without_traceback() -> None:
    assert describe(Transient("Le portail ne répond pas.")) == "Le portail ne répond pas."
    assert describe(KeyError("siret")) == "Erreur inattendue (KeyError) : 'siret'"
    assert describe(JobTimeout(timedelta(seconds=90))) == "Durée maximale dépassée (90 s)."


@given(st.text())
def test_any_error_text_fits_the_row(text: str) -> None:
    described = describe(ValueError(text * 3000))

    assert "\x00" not in described
    assert len(described) <= 2000


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
def test_the_delay_grows_to_the_cap_and_half_of_it_is_jitter(attempt: int, chance: float) -> None:
    delay = BACKOFF.delay(attempt, chance)
    full = BACKOFF.delay(attempt, 1)

    assert full / 2 <= delay <= full <= BACKOFF.cap
    assert full <= BACKOFF.delay(attempt + 1, 1)
    assert BACKOFF.delay(1, 1) == BACKOFF.base
