from collections.abc import AsyncIterator

import httpx2
import pytest

from demo.app import create_app

BASE = "http://demo.test"


@pytest.fixture
async def portal() -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_app(seed=94))
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client
