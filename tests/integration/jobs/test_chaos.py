"""The short form of the chaos test; the long one is `make chaos`."""

import sys

import pytest

from tests.support.chaos import Plan, run


@pytest.mark.slow
async def test_every_effect_is_there_once_after_chaos(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = await run(Plan(seed=7, jobs=120, limit_seconds=120))

    with capsys.disabled():
        sys.stdout.write(f"\n{outcome}\n")
    assert outcome.faults() == []
