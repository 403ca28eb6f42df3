"""The transition table itself."""

from shared.jobs.states import TRANSITIONS, JobEvent, JobState


def test_every_event_has_a_transition() -> None:
    assert set(TRANSITIONS) == set(JobEvent)


def test_done_is_final() -> None:
    assert all(JobState.DONE not in t.sources for t in TRANSITIONS.values())


def test_only_a_claim_makes_a_job_run() -> None:
    events = [e for e, t in TRANSITIONS.items() if t.target is JobState.RUNNING]

    assert events == [JobEvent.CLAIM]


def test_every_state_can_be_reached_from_queued() -> None:
    reached = {JobState.QUEUED}
    for _ in JobState:
        reached |= {t.target for t in TRANSITIONS.values() if t.sources & reached}

    assert reached == set(JobState)
