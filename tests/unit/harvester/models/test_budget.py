"""What a run may cost, and when it may work."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.harvester.models.budget import Budget, Window
from services.harvester.models.runs import Run
from services.harvester.models.states import RunState

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)  # one in the afternoon in Paris


def run(**facts: object) -> Run:
    values = {
        "id": uuid4(), "source_id": uuid4(), "organization_id": uuid4(),
        "state": RunState.LISTING, "trigger": "schedule", "created_at": NOON, **facts,
    }  # fmt: skip
    return Run(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("budget", "facts", "word"),
    [
        (Budget(), {"requests": 10**6, "bytes": 10**12}, None),
        (Budget(requests=10), {"requests": 9}, None),
        (Budget(requests=10), {"requests": 10}, "requêtes"),
        (Budget(bytes=2**20), {"bytes": 2**20}, "Mo"),
        (Budget(time=timedelta(hours=1)), {"started_at": NOON - timedelta(minutes=59)}, None),
        (Budget(time=timedelta(hours=1)), {"started_at": NOON - timedelta(hours=1)}, "minutes"),
    ],
)
def test_a_budget_says_which_part_of_it_is_spent(
    budget: Budget, facts: dict[str, object], word: str | None
) -> None:
    spent = budget.spent(run(**facts), NOON)

    assert spent is None if word is None else word in (spent or "")


@pytest.mark.parametrize(
    ("text", "is_open", "hours"),
    [
        ("", True, 0),
        ("20-7", False, 7),
        ("12-14", True, 0),
        ("13-14", True, 0),
        ("7-13", False, 18),
    ],
)
def test_a_window_opens_at_an_hour_of_paris(text: str, *, is_open: bool, hours: float) -> None:
    window = Window.parse(text)

    assert window.is_open(NOON) is is_open
    assert window.opens_in(NOON) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["20", "25-7", "7-7", "nuit"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hours"):
        Window.parse(text)
