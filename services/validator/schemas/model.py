"""What the register knows of a schema: an entry with its versions, and one version whole."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

Descriptor = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VersionEntry:
    """One version: its number as published, and the URLs under which it is known.

    The first address is the one to cite.
    """

    version: str
    addresses: tuple[str, ...] = ()

    @property
    def url(self) -> str | None:
        """The address to cite."""
        return self.addresses[0] if self.addresses else None


@dataclass(frozen=True, slots=True)
class SchemaEntry:
    """One schema of the register; `versions` from the newest.

    `repositories` are the addresses of the projects where the schema is, or was, written.
    A `withdrawn` schema has left the national register: it answers to its name, but no file
    is taken for it unasked.
    """

    name: str
    title: str
    kind: str
    latest: str
    versions: tuple[VersionEntry, ...]
    labels: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """One version of a schema, ready to check files with.

    `descriptor` is a Table Schema as frictionless reads it, a JSON Schema, or a Data Package
    with its schemas in their place (`kind`); it is the caller's own copy.
    """

    name: str
    version: str
    title: str
    descriptor: Descriptor = field(repr=False)
    url: str | None = None
    kind: str = "tableschema"
    labels: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def sha256(self) -> str:
        """Hash of the descriptor: it changes when anything in it does, whatever the version."""
        return descriptor_sha256(self.descriptor)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The columns in the order of the schema; only a Table Schema has some."""
        return tuple(field["name"] for field in self.descriptor.get("fields", ()))


def descriptor_sha256(descriptor: Descriptor) -> str:
    """SHA-256 of the canonical JSON (keys sorted, no spaces), in hexadecimal."""
    text = json.dumps(descriptor, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
