"""The ways in which a schema is named, from a bare name to an address in a code forge.

Pure: it says what a text asks for, the register says whether that exists.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import unquote, urlsplit

from services.validator.schemas.versions import is_version

NATIONAL_REGISTER = "schema.data.gouv.fr"
NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,99}/[A-Za-z0-9][\w.-]{0,99}", re.ASCII)

_LATEST = frozenset({"", "latest", "latest.html"})
_MAX_REFERENCE = 2000


class Citation(Protocol):
    """What a portal says of a resource's schema (`shared.contracts.records.SchemaReference`)."""

    @property
    def name(self) -> str | None:
        """A name of a register."""

    @property
    def url(self) -> str | None:
        """An address."""

    @property
    def version(self) -> str | None:
        """A version said apart."""


@dataclass(frozen=True, slots=True)
class Named:
    """A schema by its name; no version means the latest one."""

    name: str
    version: str | None = None


@dataclass(frozen=True, slots=True)
class RepositoryFile:
    """A file in a code forge at a revision, which may be a branch (then `version` is None)."""

    repository: str
    version: str | None
    file: str


def parse_name(text: str) -> Named:
    """`scdl/deliberations`, `…@2.1.5`, `…@v2.1.5`, `…@latest`."""
    name, _, version = text.strip()[:_MAX_REFERENCE].partition("@")
    wanted = version.strip()
    return Named(name.strip().strip("/"), None if wanted.lower() in _LATEST else wanted)


def is_address(text: str) -> bool:
    """Whether the text is a URL, with its scheme or with the national register's host."""
    stripped = text.strip().lower()
    return "://" in stripped or stripped.startswith((NATIONAL_REGISTER, "www."))


@lru_cache(maxsize=4096)
def normal_address(url: str) -> str:
    """One spelling for the addresses of one file: no scheme, query, case of host or `/-/`.

    The forms of GitHub and GitLab (`raw`, `blob`, raw.githubusercontent.com, refs/tags)
    become `host/owner/project/raw/revision/path`. Returns "" for what is no URL.
    """
    text = url.strip()[:_MAX_REFERENCE]
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    segments = [unquote(s) for s in parts.path.split("/") if s not in {"", "-"}]
    if host == "raw.githubusercontent.com":
        host = "github.com"
        segments[2:2] = ["raw"]
    segments = ["raw" if s in {"blob", "plain"} and i >= 2 else s for i, s in enumerate(segments)]
    path = "/".join(s.removesuffix(".git") for s in segments)
    path = re.sub(r"/raw/refs/(?:tags|heads)/", "/raw/", path)
    return f"{host.lower()}/{path}".rstrip("/")


def parse_register_address(address: str) -> Named | None:
    """A page or a file of the national register, from its normal address.

    `/schemas/owner/name/2.1.5/schema.json`, `/owner/name/2.1.5/documentation.html`,
    `/owner/name/latest.html`, `/owner/name`.
    """
    host, *segments = address.split("/")
    if host != NATIONAL_REGISTER:
        return None
    if segments[:1] == ["schemas"]:
        segments = segments[1:]
    if len(segments) < 2:
        return None
    name = f"{segments[0]}/{segments[1].removesuffix('.html')}"
    wanted = segments[2].removesuffix(".html") if len(segments) > 2 else ""
    return Named(name, wanted if is_version(wanted) else None)


def parse_repository_file(address: str) -> RepositoryFile | None:
    """A raw file of a code forge, from its normal address."""
    repository, separator, rest = address.partition("/raw/")
    if not separator:
        return None
    revision, _, path = rest.partition("/")
    version = revision if is_version(revision) else None
    return RepositoryFile(repository, version, path.rpartition("/")[2])
