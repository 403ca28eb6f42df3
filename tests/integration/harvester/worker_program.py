"""A worker in a process of its own, to be killed. Settings come from the environment."""

import asyncio

from services.harvester.settings import HarvesterSettings
from services.harvester.worker import run_worker
from shared.settings import load
from tests.integration.harvester.world import TIMES

if __name__ == "__main__":
    asyncio.run(run_worker(load(HarvesterSettings), asyncio.Event(), TIMES))
