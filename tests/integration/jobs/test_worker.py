"""One worker, one job: from the row to its effects."""

from shared.jobs.states import JobState
from tests.support.jobs import Bench


async def test_a_job_is_done_with_its_effect(bench: Bench) -> None:
    async with bench.working():
        job_id = await bench.enqueue()

        await bench.until(job_id, JobState.DONE)

    assert await bench.effects_of(job_id) == ["done"]
