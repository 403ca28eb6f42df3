"""A schema of the user's own, from a file or an address."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from services.validator.engine.kinds import schema_kind
from services.validator.schemas.authoring import load_descriptor
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.model import Schema
from services.validator.schemas.packages import completed
from services.validator.schemas.register import SchemaRegister
from shared.errors import ServiceError
from socle.cli.remote import fetch


def given_schema(
    where: str, content: bytes, register: SchemaRegister, allow_host: list[str] | None
) -> Schema:
    """Raises `InvalidSchemaError` with the place for what cannot be checked with."""
    descriptor, _ = load_descriptor(content)
    kind = schema_kind(descriptor)
    if kind == "datapackage":
        descriptor = completed(descriptor, lambda cited: _cited(cited, where, register, allow_host))
    return Schema(
        name=str(descriptor.get("name") or where),
        version=str(descriptor.get("version") or ""),
        title=str(descriptor.get("title") or where),
        descriptor=descriptor,
        url=where if "://" in where else None,
        kind=kind,
    )


def _cited(
    cited: str, where: str, register: SchemaRegister, allow_host: list[str] | None
) -> Mapping[str, Any] | None:
    """Beside the package, else in the register."""
    try:
        if "://" in where or "://" in cited:
            content = fetch(urljoin(where, cited), allow_host)
        else:
            content = (Path(where).parent / cited).read_bytes()
        found = json.loads(content)
    except (ServiceError, OSError, ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    try:
        return register.resolve(cited).descriptor
    except UnknownSchemaError:
        return None
