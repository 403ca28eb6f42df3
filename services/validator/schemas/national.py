"""The national register's list of schemas, read with care: it comes from outside."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.validator.schemas.errors import RegisterUnavailableError
from services.validator.schemas.references import NAME
from services.validator.schemas.versions import is_version, version_key

KINDS = frozenset({"tableschema", "jsonschema", "datapackage"})
"""What files can be checked with; the others describe, in words or models."""

MAX_LIST_BYTES = 10 * 1024 * 1024
MAX_SCHEMAS = 2000
MAX_VERSIONS = 200
_MAX_TITLE = 300
_MAX_LABELS = 20
_MAX_URL = 2000


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """A version and the address of its file."""

    version: str
    url: str


@dataclass(frozen=True, slots=True)
class ListedSchema:
    """A schema of the list. `versions` is empty for a `kind` that no file is checked with.

    `package` is the data package that the schema is a part of.
    """

    name: str
    title: str
    kind: str
    labels: tuple[str, ...]
    homepage: str | None
    versions: tuple[ListedVersion, ...]
    package: str | None = None


def read_list(content: bytes) -> list[ListedSchema]:
    """The schemas of the list; entries that are malformed are left out.

    Raises `RegisterUnavailableError` when the whole is not such a list.
    """
    if len(content) > MAX_LIST_BYTES:
        raise _not_a_list(f"elle dépasse {MAX_LIST_BYTES // 1024 // 1024} Mio")
    try:
        entries = json.loads(content)["schemas"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _not_a_list("elle n'a pas la forme d'une liste de schémas") from error
    if not isinstance(entries, list) or not entries:
        raise _not_a_list("elle ne contient aucun schéma")
    found: dict[str, ListedSchema] = {}
    for entry in entries[:MAX_SCHEMAS]:
        if isinstance(entry, dict) and (schema := _schema(entry)):
            found.setdefault(schema.name, schema)
    return list(found.values())


def _schema(entry: dict[str, Any]) -> ListedSchema | None:
    name, kind = entry.get("name"), entry.get("schema_type")
    if not isinstance(name, str) or not NAME.fullmatch(name) or not isinstance(kind, str):
        return None
    labels = entry.get("labels")
    return ListedSchema(
        name=name,
        title=_text(entry.get("title")) or name,
        kind=kind[:40],
        labels=tuple(
            label[:_MAX_TITLE]
            for label in (labels if isinstance(labels, list) else [])[:_MAX_LABELS]
            if isinstance(label, str)
        ),
        homepage=_url(entry.get("homepage")),
        versions=tuple(_versions(entry.get("versions"))) if kind in KINDS else (),
        package=_text(entry.get("datapackage_name")) or None,
    )


def _versions(raw: Any) -> Iterator[ListedVersion]:
    seen = set()
    for item in (raw if isinstance(raw, list) else [])[:MAX_VERSIONS]:
        number = item.get("version_name") if isinstance(item, dict) else None
        url = _url(item.get("schema_url")) if isinstance(item, dict) else None
        if not isinstance(number, str) or not is_version(number) or not url:
            continue
        if (key := version_key(number)) not in seen:
            seen.add(key)
            yield ListedVersion(number, url)


def _text(value: Any) -> str:
    return " ".join(value.split())[:_MAX_TITLE] if isinstance(value, str) else ""


def _url(value: Any) -> str | None:
    if isinstance(value, str) and value.startswith(("https://", "http://")):
        return value if len(value) <= _MAX_URL else None
    return None


def _not_a_list(reason: str) -> RegisterUnavailableError:
    return RegisterUnavailableError(
        f"La réponse du registre national est inutilisable : {reason}. Rien n'a été changé."
    )
