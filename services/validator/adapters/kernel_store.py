"""Where the kernel's machine code is kept: one file for each state of sources and machine.

Running the wrong bytes would crash a process, so a file is run only when it is ours, whole
(its SHA-256 stands before it) and made for this processor. It is written beside its place and
moved there: two processes, or two checkouts of the same sources, never see half of it.
"""

import fcntl
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

CACHE = "SOCLE_KERNEL_DIR"
"""Environment: the folder of the machine code; by default one in the user's cache folder."""

_MAGIC = b"socle-kernel-1\n"
_PRIVATE = 0o700
_DIGEST = 32
_SOURCES = Path(__file__).parents[1] / "engine" / "kernel"


def kept(host: str) -> bytes | None:
    """The code for this processor, None when there is none to be trusted."""
    content = _read()
    if content is None:
        return None
    mark, code = content[: len(_mark(host))], content[len(_mark(host)) :]
    return code if mark == _mark(host) else None


def is_kept() -> bool:
    """Whether the code of these sources, for this machine, is there, ours and whole."""
    return _read() is not None


def keep(host: str, build: Callable[[], bytes]) -> None:
    """Build and keep the code unless that is done; others who want the same wait for it.

    Raises `OSError` when the folder cannot be written.
    """
    if kept(host) is not None:
        return
    place = path()
    place.parent.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept(host) is not None:
            return
        body = _mark(host) + build()
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(_MAGIC + hashlib.sha256(body).digest() + body)
        Path(file.name).replace(place)


def path() -> Path:
    """The file of this state of the sources on this machine."""
    given = os.environ.get(CACHE)
    if given:
        base = Path(given)
    elif os.environ.get("XDG_CACHE_HOME") or _is_writable(Path.home()):
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "socle" / "kernel"
    else:
        base = Path(tempfile.gettempdir()) / f"socle-kernel-{os.getuid()}"
    return base / f"{_state()}.code"


def _read() -> bytes | None:
    place = path()
    try:
        if any(each.stat().st_uid != os.getuid() for each in (place.parent, place)):
            return None
        content = place.read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + _DIGEST
    digest, body = content[len(_MAGIC) : start], content[start:]
    whole = content.startswith(_MAGIC) and hashlib.sha256(body).digest() == digest
    return body if whole else None


def _mark(host: str) -> bytes:
    return hashlib.sha256(host.encode()).digest()


def _is_writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK)


@cache
def _state() -> str:
    """Of all that the code depends on, wherever the sources lie."""
    digest = hashlib.sha256()
    for source in sorted(_SOURCES.glob("*.py")):
        digest.update(source.read_bytes())
    for fact in (platform.system(), platform.machine(), *map(_version, ("numba", "llvmlite"))):
        digest.update(fact.encode() + b"\n")
    return digest.hexdigest()[:32]


def _version(package: str) -> str:
    # Loaded when the kernel is asked for: a small file at a shell is checked without it.
    metadata = import_module("importlib.metadata")
    try:
        return str(metadata.version(package))
    except metadata.PackageNotFoundError:
        return "none"
