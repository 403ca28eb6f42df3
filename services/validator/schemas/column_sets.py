"""The columns of schemas, in a compact form: what recognising a file needs of all of them.

The form is kept beside the descriptors (`columns.json`), so that a command line that
recognises one file does not read every schema: one small file in place of a hundred.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from services.validator.engine.kinds import schema_kind

FILE = "columns.json"


@dataclass(frozen=True, slots=True)
class ColumnSet:
    """The columns of one table, or of one kind of object in a JSON document."""

    names: tuple[str, ...]
    required: frozenset[str]


def column_sets(descriptor: Mapping[str, Any]) -> tuple[ColumnSet, ...]:
    """Of a Table Schema one, of a JSON Schema one for each kind of object that it lists.

    Of a package none: its tables are schemas of their own.
    """
    kind = schema_kind(descriptor)
    if kind == "datapackage":
        return ()
    if kind == "jsonschema":
        properties = import_module("services.validator.engine.json_schema.properties")
        return tuple(
            ColumnSet(tuple(each.names), frozenset(each.required))
            for each in properties.object_names(descriptor)
        )
    fields = [field for field in descriptor.get("fields", ()) if isinstance(field, Mapping)]
    required = frozenset(
        field["name"]
        for field in fields
        if (field.get("constraints") or {}).get("required") is True and "name" in field
    )
    return (ColumnSet(tuple(str(field.get("name", "")) for field in fields), required),)


Known = Mapping[str, tuple[ColumnSet, ...]]
"""By `name@version`."""


def write_column_sets(known: Known) -> bytes:
    """The file's content: one version per line."""
    lines = [
        f"{json.dumps(key, ensure_ascii=False)}: "
        + json.dumps([_plain(each) for each in known[key]], ensure_ascii=False)
        for key in sorted(known)
    ]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def read_column_sets(path: Path) -> Known:
    """Empty when the file is absent or damaged: the descriptors then tell."""
    try:
        content = json.loads(path.read_bytes())
        return {key: tuple(map(_set, sets)) for key, sets in content.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _plain(columns: ColumnSet) -> Mapping[str, Any]:
    required = [name for name in columns.names if name in columns.required]
    return {"names": list(columns.names), "required": required}


def _set(raw: Mapping[str, Iterable[str]]) -> ColumnSet:
    return ColumnSet(tuple(raw["names"]), frozenset(raw["required"]))
