"""The engines that are compared, each in a process of its own; the environment of the peers.

The peers live in `build/peers`, apart from our dependencies: one of them pins a web framework
of 2022.
"""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).parents[1]
PEERS = ROOT / "build" / "peers"
PINS = ("validata-table==0.12.5", "frictionless[excel]==5.21.0", "polars==2.1.0")
PYTHON = PEERS / "venv" / "bin" / "python"

MODULES = {
    "socle": "bench.servers.serve_socle",
    "frictionless": "bench.servers.serve_frictionless",
    "validata": "bench.servers.serve_validata",
    "polars": "bench.servers.serve_polars",
}


def install_peers() -> None:
    """Create or complete the environment of the peers, from the registry that pip is set to."""
    stamp = PEERS / "installed.txt"
    wanted = "\n".join(PINS)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and PYTHON.exists():
        return
    PEERS.mkdir(parents=True, exist_ok=True)
    if not PYTHON.exists():
        venv.create(PEERS / "venv", with_pip=True)
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINS],
        check=True,
    )
    stamp.write_text(wanted, encoding="utf-8")


class Engine:
    """A warm process; use it as a context manager. Raises `RuntimeError` when it has died."""

    def __init__(self, name: str, *, force: str | None = None) -> None:
        """`force`: value of `SOCLE_ENGINE` (`exact` or `fast`), else what is chosen alone."""
        own = name == "socle"
        environment = {**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONUTF8": "1"}
        if force is not None:
            environment["SOCLE_ENGINE"] = force
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable if own else str(PYTHON), "-m", MODULES[name]],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def ask(self, **request: Any) -> dict[str, Any]:
        """One file through the engine; paths may be `Path`."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError(f"{self.name}: no pipes")
        stdin.write(json.dumps(request, default=str) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End it; it ends by itself when its input does."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
