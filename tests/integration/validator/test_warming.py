"""The kernel is compiled in a process of its own, into the folder of the setting."""

import asyncio
from pathlib import Path

import pytest

from services.validator.adapters.warming import warm_apart

pytest.importorskip("numba", reason="the extra `fast` is not installed")
pytestmark = pytest.mark.slow


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


async def test_a_cold_machine_is_warmed_and_a_warm_one_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCLE_KERNEL_DIR", str(tmp_path))
    # This process looked for its folder already; the question is asked in fresh ones.
    monkeypatch.setattr("services.validator.adapters.warming.is_warm", lambda: False)

    await warm_apart()
    written = times(tmp_path)
    await warm_apart()
    again = times(tmp_path)

    assert ".code" in {path.suffix for path in written}
    assert again == written


async def test_a_worker_that_stops_does_not_wait_for_the_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOCLE_KERNEL_DIR", str(tmp_path))
    monkeypatch.setattr("services.validator.adapters.warming.is_warm", lambda: False)

    task = asyncio.create_task(warm_apart())
    await asyncio.sleep(0.5)
    task.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(task, return_exceptions=True)

    assert ".code" not in {path.suffix for path in times(tmp_path)}
