"""A Table Schema made ready for checking: typed, normalised, its irregularities noted.

Published French schemas spell `contraints`, put `enum` beside `constraints` or write
`"minimum": "0"`. What the author meant is applied, and noted for the author in
`TableSchema.notes`; what cannot be understood raises `SchemaInvalidError` with its place.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import orjson

from services.validator.engine.findings import Finding

TYPES = frozenset({
    "string", "number", "integer", "boolean", "object", "array", "list", "date", "time",
    "datetime", "year", "yearmonth", "duration", "geopoint", "geojson", "any",
})  # fmt: skip
CONSTRAINTS = (
    "required", "unique", "minLength", "maxLength", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "pattern", "enum", "jsonSchema",
)  # fmt: skip
MISSPELT = {"patter": "pattern"}
IGNORED = frozenset({"nullable", "minProperties", "maxProperties", "minItems", "maxItems"})
"""Words of JSON Schema that describe, in the schemas that use them, what `required` says."""

FIELDS_MATCH = frozenset({"exact", "equal", "subset", "superset", "partial"})
MAX_FIELDS = 2_000
MAX_ENUM = 100_000


class SchemaInvalidError(Exception):
    """The descriptor cannot be checked against. `place` is a path such as `fields[3].type`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


@dataclass(frozen=True, eq=False)
class FieldSpec:
    """One field; `options` are the other properties of its descriptor (trueValues …)."""

    name: str
    type: str = "string"
    format: str = "default"
    constraints: Mapping[str, Any] = field(default_factory=dict)
    missing: frozenset[str] = frozenset({""})
    options: Mapping[str, Any] = field(default_factory=dict)
    item: "FieldSpec | None" = None

    @property
    def required(self) -> bool:
        """Whether a cell may not be empty."""
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class ForeignKey:
    """Values of `fields` must exist among those of `targets`.

    They are columns of the same table, or of another `resource` of the data package.
    """

    fields: tuple[str, ...]
    targets: tuple[str, ...]
    resource: str = ""


@dataclass(frozen=True)
class CustomCheck:
    """One entry of `custom_checks` or a field's `customCheck`, its parameters as written."""

    name: str
    params: Mapping[str, Any]
    place: str = ""


@dataclass(frozen=True, eq=False)
class TableSchema:
    """`notes` are for the schema's author: they never change a verdict.

    `external_keys` point to other tables: only a check of the whole package can judge them.
    `fields_match` is empty unless the schema says how strictly columns are to be compared.
    """

    fields: tuple[FieldSpec, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    external_keys: tuple[ForeignKey, ...] = ()
    fields_match: str = ""
    custom_checks: tuple[CustomCheck, ...] = ()
    notes: tuple[Finding, ...] = ()


def compile_schema(descriptor: Mapping[str, Any]) -> TableSchema:
    """Raises `SchemaInvalidError`; a millisecond for a hundred fields, less the second time."""
    try:
        text = _written(descriptor)
    except (TypeError, ValueError, RecursionError):
        return _compiled(descriptor)
    return _remembered(text)


def _written(descriptor: Mapping[str, Any]) -> str | bytes:
    """As JSON; what is not a number, or infinite, would be null to the faster writer."""
    try:
        text = orjson.dumps(descriptor, option=_JSON_ALONE)
    except TypeError:  # a whole number of more than 64 bits, a lone surrogate
        return json.dumps(descriptor)
    return json.dumps(descriptor) if b"null" in text else text


_JSON_ALONE = (
    orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)


@lru_cache(maxsize=128)
def _remembered(text: str | bytes) -> TableSchema:
    return _compiled(json.loads(text))


def _compiled(descriptor: Mapping[str, Any]) -> TableSchema:
    notes: list[Finding] = []
    raw_fields = descriptor.get("fields")
    if not isinstance(raw_fields, list) or not raw_fields:
        raise SchemaInvalidError("fields", "a non-empty list is expected")
    if len(raw_fields) > MAX_FIELDS:
        raise SchemaInvalidError("fields", f"more than {MAX_FIELDS} fields")
    missing = _missing_values(descriptor.get("missingValues", [""]), "missingValues")
    fields = tuple(
        _field(raw, missing, f"fields[{index}]", notes) for index, raw in enumerate(raw_fields)
    )
    names = [spec.name for spec in fields]
    if twice := {name for name in names if names.count(name) > 1}:
        raise SchemaInvalidError("fields", f"name used twice: {min(twice)}")
    known = frozenset(names)
    foreign_keys = _foreign_keys(descriptor, known, notes)
    return TableSchema(
        fields=fields,
        primary_key=_key(descriptor.get("primaryKey", []), known, "primaryKey"),
        unique_keys=tuple(
            _key(key, known, f"uniqueKeys[{index}]")
            for index, key in enumerate(_list(descriptor.get("uniqueKeys", []), "uniqueKeys"))
        ),
        foreign_keys=tuple(key for key in foreign_keys if not key.resource),
        external_keys=tuple(key for key in foreign_keys if key.resource),
        fields_match=_fields_match(descriptor.get("fieldsMatch")),
        custom_checks=_custom_checks(descriptor),
        notes=tuple(notes),
    )


def _field(raw: Any, missing: frozenset[str], place: str, notes: list[Finding]) -> FieldSpec:
    if not isinstance(raw, Mapping) or not isinstance(raw.get("name"), str) or not raw["name"]:
        raise SchemaInvalidError(place, "a field needs a name")
    name = raw["name"]
    kind = raw.get("type", "string")
    if kind not in TYPES:
        raise SchemaInvalidError(f"{place}.type", f"unknown type {kind!r}")
    own = raw.get("missingValues")
    notes.extend(_note("ignored", name, key) for key in sorted(IGNORED & set(raw)))
    return FieldSpec(
        name=name,
        type=kind,
        format=_format(raw, kind, name, notes),
        constraints=_constraints(raw, place, notes),
        missing=missing if own is None else _missing_values(own, f"{place}.missingValues"),
        options={
            key: value
            for key, value in raw.items()
            if key not in {"name", "type", "format", "constraints", "missingValues", "arrayItem"}
        },
        item=_array_item(raw, place, notes),
    )


def _array_item(raw: Mapping[str, Any], place: str, notes: list[Finding]) -> FieldSpec | None:
    item = raw.get("arrayItem")
    if item is None and raw.get("type") == "array" and raw.get("items"):
        notes.append(_note("misspelt", raw["name"], "items"))
        item = raw["items"]
    if not isinstance(item, Mapping) or not item:
        return None
    described = {"type": "any", **item, "name": raw["name"]}
    described.pop("arrayItem", None)
    return _field(described, frozenset({""}), f"{place}.arrayItem", notes)


def _format(raw: Mapping[str, Any], kind: str, name: str, notes: list[Finding]) -> str:
    given = raw.get("format")
    block = raw.get("constraints")
    if not given and isinstance(block, Mapping) and block.get("format"):
        notes.append(_note("misplaced", name, "format"))
        given = block["format"]
    given = given or "default"
    if not isinstance(given, str):
        return "default"
    given = given.removeprefix("fmt:")
    if (
        kind in {"date", "time", "datetime"}
        and given not in {"default", "any"}
        and "%" not in given
    ):
        notes.append(_note("format", name, given))
        return "default"
    return given


def _constraints(raw: Mapping[str, Any], place: str, notes: list[Finding]) -> dict[str, Any]:
    name = raw["name"]
    found: dict[str, Any] = {}
    for group in ("constraints", "contraints"):
        block = raw.get(group)
        if block is None:
            continue
        if not isinstance(block, Mapping):
            raise SchemaInvalidError(f"{place}.{group}", "an object is expected")
        if group == "contraints":
            notes.append(_note("misspelt", name, group))
        found |= _block(block, name, notes)
    for key in ("required", "unique", "pattern", "enum"):
        if key in raw and key not in found:
            notes.append(_note("misplaced", name, key))
            found[key] = raw[key]
    if "categories" in raw and "enum" not in found:
        found["enum"] = _categories(raw["categories"], f"{place}.categories")
    return _checked(found, place)


def _block(block: Mapping[str, Any], name: str, notes: list[Finding]) -> dict[str, Any]:
    found = {}
    for key, value in block.items():
        right = MISSPELT.get(key, key)
        if right in CONSTRAINTS:
            found[right] = value
        if right != key or (right not in CONSTRAINTS and right != "format"):
            notes.append(_note("misspelt" if right != key else "unknown", name, key))
    return found


def _categories(raw: Any, place: str) -> list[Any]:
    """The values of version 2's `categories`, which are texts, numbers, or objects."""
    entries = _list(raw, place)
    return [entry.get("value") if isinstance(entry, Mapping) else entry for entry in entries]


def _checked(found: dict[str, Any], place: str) -> dict[str, Any]:
    for key, value in found.items():
        where = f"{place}.constraints.{key}"
        if key == "enum" and (not isinstance(value, list) or len(value) > MAX_ENUM):
            raise SchemaInvalidError(where, f"a list of at most {MAX_ENUM} values is expected")
        if key == "pattern" and not isinstance(value, str):
            raise SchemaInvalidError(where, "a text is expected")
        if key == "jsonSchema" and not isinstance(value, Mapping):
            raise SchemaInvalidError(where, "an object is expected")
        if key in {"minLength", "maxLength"}:
            found[key] = _length(value, where)
        if key in {"required", "unique"} and isinstance(value, str):
            found[key] = value.lower() == "true"
    return {key: value for key, value in found.items() if value is not None and value != []}


def _length(value: Any, where: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise SchemaInvalidError(where, "a whole number is expected") from None


def _missing_values(raw: Any, place: str) -> frozenset[str]:
    if not isinstance(raw, list):
        raise SchemaInvalidError(place, "a list is expected")
    values = [entry.get("value") if isinstance(entry, Mapping) else entry for entry in raw]
    return frozenset(value for value in values if isinstance(value, str))


def _list(raw: Any, place: str) -> list[Any]:
    if not isinstance(raw, list):
        raise SchemaInvalidError(place, "a list is expected")
    return raw


def _key(raw: Any, known: frozenset[str] | None, place: str) -> tuple[str, ...]:
    names = [raw] if isinstance(raw, str) else _list(raw, place)
    for name in names:
        if not isinstance(name, str) or (known is not None and name not in known):
            raise SchemaInvalidError(place, f"unknown field {name!r}")
    return tuple(names)


def _fields_match(raw: Any) -> str:
    """A word, or a list of one: both are in use."""
    given = raw[0] if isinstance(raw, list) and len(raw) == 1 else raw
    if given is None:
        return ""
    if given not in FIELDS_MATCH:
        expected = ", ".join(sorted(FIELDS_MATCH))
        raise SchemaInvalidError("fieldsMatch", f"one of {expected} is expected")
    return str(given)


def _foreign_keys(
    descriptor: Mapping[str, Any], known: frozenset[str], notes: list[Finding]
) -> tuple[ForeignKey, ...]:
    keys: list[ForeignKey] = []
    for index, raw in enumerate(_list(descriptor.get("foreignKeys", []), "foreignKeys")):
        place = f"foreignKeys[{index}]"
        reference = raw.get("reference") if isinstance(raw, Mapping) else None
        if not isinstance(reference, Mapping):
            raise SchemaInvalidError(place, "fields and reference are expected")
        fields = _key(raw.get("fields", []), known, f"{place}.fields")
        resource = str(reference.get("resource") or "")
        if reference.get("package"):
            notes.append(_note("foreign-table", fields[0], str(reference["package"])))
            continue
        targets = _key(
            reference.get("fields", []), None if resource else known, f"{place}.reference.fields"
        )
        if len(targets) != len(fields):
            raise SchemaInvalidError(place, "as many fields as referenced fields are expected")
        keys.append(ForeignKey(fields, targets, resource))
    return tuple(keys)


def _custom_checks(descriptor: Mapping[str, Any]) -> tuple[CustomCheck, ...]:
    checks = []
    for index, raw in enumerate(_list(descriptor.get("custom_checks", []), "custom_checks")):
        place = f"custom_checks[{index}]"
        if not isinstance(raw, Mapping) or not isinstance(raw.get("name"), str):
            raise SchemaInvalidError(place, "a check needs a name")
        params = raw.get("params", {})
        params = params if isinstance(params, Mapping) else {}
        checks.append(CustomCheck(raw["name"], params, place))
    for index, raw_field in enumerate(descriptor["fields"]):
        checks += _field_checks(raw_field, f"fields[{index}].customCheck")
    return tuple(checks)


def _field_checks(raw_field: Mapping[str, Any], place: str) -> list[CustomCheck]:
    """`"customCheck": "siret"`, or an object with the name and other parameters, or several."""
    given = raw_field.get("customCheck", [])
    checks = []
    for raw in given if isinstance(given, list) else [given]:
        entry = {"name": raw} if isinstance(raw, str) else raw
        if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
            raise SchemaInvalidError(place, "the name of a check is expected")
        nested = entry.get("params")
        others = {key: value for key, value in entry.items() if key not in {"name", "params"}}
        params = {**others, **(nested if isinstance(nested, Mapping) else {})}
        checks.append(CustomCheck(entry["name"], {**params, "column": raw_field["name"]}, place))
    return checks


def _note(reason: str, name: str, value: str) -> Finding:
    return Finding(code="schema-note", reason=reason, field=name, params={"value": value})
