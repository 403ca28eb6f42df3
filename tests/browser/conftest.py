"""A real browser on a real platform: Debian's Chromium and one `socle demo` for the whole run."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts.portal_pages import portal_pages
from tests.browser.visits import Visit, visiting
from tests.support.platform import READY_WITHIN, environment, free_port

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_READY = "Ctrl-C arrête"
# Kept for the life of this process: another worker may be the one that stops it.
_started: list["subprocess.Popen[bytes]"] = []


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is. Its absence is said, never passed over."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("NO CHROMIUM: the pages were not tried in a browser (apt install chromium)")
    return found


@pytest.fixture(scope="session")
def url(chromium: str, testrun_uid: str) -> Iterator[str]:
    """The address of the one platform that all the workers of this run share.

    The first to need it starts it, the last to leave stops it. While developing,
    `TEST_PORTAL_URL` names a `socle demo` that runs already.
    """
    if given := os.environ.get("TEST_PORTAL_URL"):
        yield given.rstrip("/")
        return
    folder = Path(tempfile.gettempdir()) / f"socle-browser-{testrun_uid}"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    with _shared(folder) as state:
        if "pid" not in state:
            state.update(_start(folder))
        state["users"] = state.get("users", 0) + 1
        address = str(state["url"])
    yield address
    with _shared(folder) as state:
        state["users"] -= 1
        last = state["users"] == 0
        if last:
            _stop(state.pop("pid"))
    if last:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def admin_key(url: str, testrun_uid: str) -> str:
    """The administrator's key, which the platform shows once (`TEST_PORTAL_KEY` names it)."""
    if given := os.environ.get("TEST_PORTAL_KEY"):
        return given
    folder = Path(tempfile.gettempdir()) / f"socle-browser-{testrun_uid}"
    with _shared(folder) as state:
        return str(state["key"])


@pytest.fixture(scope="session")
def pages(url: str) -> Mapping[str, str]:
    """Every page of the site by name."""
    return portal_pages(url)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One for a file of tests: an open Playwright keeps an event loop, others need theirs."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, url: str) -> Iterator[Visit]:
    """A visitor with scripts, who notes what goes wrong."""
    with visiting(browser, url) as opened:
        yield opened


@pytest.fixture
def visit_without_scripts(browser: Browser, url: str) -> Iterator[Visit]:
    """A visitor whose browser runs no script."""
    with visiting(browser, url, java_script_enabled=False) as opened:
        yield opened


@contextmanager
def _shared(folder: Path) -> Iterator[dict[str, Any]]:
    path = folder / "state.json"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = json.loads(path.read_text("utf-8")) if path.exists() else {}
        yield state
        path.write_text(json.dumps(state), "utf-8")


def _start(folder: Path) -> dict[str, Any]:
    port, log = free_port(), folder / "output.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "socle", "demo",
             "--data-dir", str(folder / "data"), "--port", str(port)],
            stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            env=environment(), start_new_session=True,
        )  # fmt: skip
    _started.append(process)
    deadline = time.monotonic() + READY_WITHIN
    while _READY not in (said := log.read_text("utf-8", errors="replace")):
        if process.poll() is not None or time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            raise AssertionError(f"the demonstration did not start:\n{said}")
        time.sleep(0.2)
    key = next(word for word in said.split() if word.startswith("socle_"))
    return {"url": f"http://127.0.0.1:{port}", "pid": process.pid, "key": key}


def _stop(pid: int) -> None:
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        family = process.children(recursive=True)
        process.terminate()
        psutil.wait_procs([process, *family], timeout=20)
