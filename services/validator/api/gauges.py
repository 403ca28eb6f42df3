"""The validator's gauges on `/metrics`."""

from fastapi import FastAPI

from services.validator.storage.tables import jobs
from shared.contracts.gauges import Gauge
from shared.jobs.gauges import job_gauges


async def gauges(app: FastAPI) -> list[Gauge]:
    """The queue."""
    return await job_gauges(app.state.database, jobs, "validator")
