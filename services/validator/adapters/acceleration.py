"""When the accept kernel is used, and where its machine code is kept.

The kernel is compiled once by `warm_kernel`, at installation or at the start of a worker,
into a folder of the user. A process that may write nothing then only reads it. Whatever is
missing (Numba, the folder, the code), the exact checks alone give the same report.
"""

import hashlib
import importlib
import io
import os
import platform
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from services.validator.engine.check import Accelerator
from services.validator.engine.result import FileRef, SchemaRef
from services.validator.engine.validation import Options, Target, validate_stream

MODE = "SOCLE_ENGINE"
"""Environment: `exact` never uses the kernel, `fast` always, `auto` (the default) where it pays."""

CACHE = "SOCLE_KERNEL_DIR"
"""Environment: the folder of the machine code; by default one in the user's cache folder."""

WORTH_LOADING = 12 << 20
"""Bytes of a file from which loading the kernel (half a second) costs less than it saves."""

_COMPILED = "services.validator.engine.kernel.compiled"
_STAMP = "warm.txt"
_PRIVATE = 0o700


def accelerator(size: int) -> Accelerator | None:
    """The kernel for a file of so many bytes, or None where the exact checks do."""
    mode = os.environ.get(MODE, "auto")
    if mode == "exact" or find_spec("numba") is None:
        return None
    if mode == "fast" or _kernel.cache_info().currsize or (size >= WORTH_LOADING and is_warm()):
        found: Accelerator = _kernel()
        return found
    return None


def preload() -> bool:
    """Load the kernel if it is warm, for a process that will check many files."""
    if os.environ.get(MODE, "auto") == "exact" or find_spec("numba") is None or not is_warm():
        return False
    _run_once(_kernel())
    return True


def warm_kernel() -> bool:
    """Compile the kernel (some ten seconds) unless that is done; False without Numba.

    Raises `OSError` when its folder cannot be written.
    """
    if find_spec("numba") is None:
        return False
    if not is_warm():
        folder = _folder()
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        _run_once(_kernel())
        (folder / _STAMP).write_text(_machine(), encoding="utf-8")
    return True


def is_warm() -> bool:
    """Whether the machine code of these sources, for this machine, is there and ours."""
    folder = _folder()
    try:
        ours = folder.stat().st_uid == os.getuid()
        return ours and (folder / _STAMP).read_text(encoding="utf-8") == _machine()
    except (OSError, UnicodeDecodeError):
        return False


@cache
def _kernel() -> Any:
    os.environ["NUMBA_CACHE_DIR"] = str(_folder())
    return importlib.import_module(_COMPILED).kernel()


@cache
def _folder() -> Path:
    """One for each state of the sources: Numba itself watches only the calling file."""
    given = os.environ.get(CACHE)
    if given:
        base = Path(given)
    elif os.environ.get("XDG_CACHE_HOME") or _is_writable(Path.home()):
        cached = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        base = Path(cached) / "socle" / "kernel"
    else:
        base = Path(tempfile.gettempdir()) / f"socle-kernel-{os.getuid()}"
    digest = hashlib.sha256()
    sources = Path(__file__).parents[1] / "engine" / "kernel"
    for source in sorted(sources.glob("*.py")):
        digest.update(source.read_bytes())
    return base / digest.hexdigest()[:16]


def _is_writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


@cache
def _machine() -> str:
    """What the machine code depends on beside the sources."""
    facts = [sys.version, platform.machine(), platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    facts += sorted({line for line in lines if line.startswith(("model name", "flags"))})
    for package in ("numba", "llvmlite", "numpy"):
        spec = find_spec(package)
        facts.append(str(spec and spec.origin))
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def _run_once(kernel: Any) -> None:
    """Every compiled function is called, so that none is compiled later under a limit."""
    fields = [
        {"name": "nom", "type": "string", "constraints": {"required": True}},
        {"name": "montant", "type": "number", "constraints": {"minimum": 0}},
        {"name": "date", "type": "date", "constraints": {"unique": True}},
    ]
    descriptor = {"fields": fields, "primaryKey": ["nom", "date"]}
    days = (f"{2000 + day // 28}-01-{day % 28 + 1:02}" for day in range(2_200))
    table = "nom,montant,date\n" + "".join(f"é,1.5,{day}\n" for day in days)
    table += "日本,1,1999-01-01\n" * 2  # beyond the alphabet: its keys are asked from Python
    stream = io.BytesIO(table.encode())
    target = Target(descriptor, SchemaRef("warm"))
    validate_stream(stream, "warm.csv", FileRef(), target, Options(), accelerator=kernel)
