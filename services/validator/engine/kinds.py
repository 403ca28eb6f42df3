"""What a descriptor describes: a table, a JSON document, or a package of several tables."""

from collections.abc import Mapping
from typing import Any, Literal

SchemaKind = Literal["tableschema", "jsonschema", "datapackage"]

_JSON_SCHEMA = frozenset(
    {"$ref", "allOf", "anyOf", "oneOf", "items", "properties", "definitions", "$defs"}
)


def schema_kind(descriptor: Mapping[str, Any]) -> SchemaKind:
    """Told from its content: what a register says of its kind is at times wrong.

    Table Schema has `fields`, Data Package `resources`; a JSON Schema says so, or has its words.
    """
    if "json-schema.org" in str(descriptor.get("$schema", "")):
        return "jsonschema"
    if "fields" in descriptor:
        return "tableschema"
    if isinstance(descriptor.get("resources"), list):
        return "datapackage"
    return "jsonschema" if _JSON_SCHEMA & descriptor.keys() else "tableschema"
