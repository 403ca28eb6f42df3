"""The constraints of a field, each a test of a value that has the right type."""

import operator
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from services.validator.engine.patterns import compile_pattern
from services.validator.engine.schema import FieldSpec, SchemaInvalidError

_JSON_SCHEMAS = "services.validator.engine.json_schema.compile"
"""Loaded for the rare field that has one: it takes longer than many a check."""

ENUM_SHOWN = 30
"""Values of an enumeration that a finding carries."""

_BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


@dataclass(frozen=True)
class Constraint:
    """`holds(value, text)`; `params` are the facts that the wording needs."""

    name: str
    holds: Callable[[Any, str], bool]
    params: Mapping[str, Any] = field(default_factory=dict)


def compile_constraints(
    spec: FieldSpec, read: Callable[[str], Any], place: str
) -> tuple[Constraint, ...]:
    """In the order of the specification; `required` and `unique` are not of a single value.

    Raises `SchemaInvalidError` for a pattern that is none or a bound of another type.
    """
    given = spec.constraints
    found = [_length(name, given[name]) for name in ("minLength", "maxLength") if name in given]
    for name, compare in _BOUNDS.items():
        if name in given:
            found.append(_bound(name, given[name], compare, read, place))
    if "pattern" in given:
        found.append(_pattern(spec, place))
    if "enum" in given:
        found.append(_enum(spec, read))
    if "jsonSchema" in given:
        found.append(_json_schema(spec, place))
    return tuple(found)


def _length(name: str, limit: int) -> Constraint:
    params = {"limit": limit}
    if name == "minLength":
        return Constraint(name, lambda value, _text: _size(value) >= limit, params)
    return Constraint(name, lambda value, _text: _size(value) <= limit, params)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | list | dict) else len(str(value))


def _bound(
    name: str,
    raw: Any,
    compare: Callable[[Any, Any], bool],
    read: Callable[[str], Any],
    place: str,
) -> Constraint:
    limit = read(str(raw))
    if limit is None:
        raise SchemaInvalidError(
            f"{place}.constraints.{name}", f"{raw!r} is not of the field's type"
        )

    def holds(value: Any, _text: str) -> bool:
        return compare(value, limit)

    return Constraint(name, holds, {"limit": str(raw)})


def _pattern(spec: FieldSpec, place: str) -> Constraint:
    pattern = spec.constraints["pattern"]
    matches = compile_pattern(pattern, f"{place}.constraints.pattern")
    params: dict[str, Any] = {"pattern": pattern}
    example = spec.options.get("example")
    if isinstance(example, str | int) and matches(str(example)):
        params["example"] = str(example)
    return Constraint("pattern", lambda _value, text: matches(text), params)


def _enum(spec: FieldSpec, read: Callable[[str], Any]) -> Constraint:
    written = [unicodedata.normalize("NFC", _text(raw)) for raw in spec.constraints["enum"]]
    # An author's stray space is not asked of towns: `entrepôts ` allows `entrepôts` too.
    texts = list(dict.fromkeys([*map(str.strip, written), *written]))
    values = [read(text) for text in texts]
    params = {"values": texts[:ENUM_SHOWN], "more": max(0, len(texts) - ENUM_SHOWN)}
    try:
        allowed: Any = frozenset(values)
    except TypeError:  # arrays and objects
        allowed = values

    def holds(value: Any, _text: str) -> bool:
        return value in allowed

    return Constraint("enum", holds, params)


def _json_schema(spec: FieldSpec, place: str) -> Constraint:
    """Of objects, arrays and geometries; any other value is judged as the JSON it is written."""
    compiled = import_module(_JSON_SCHEMAS).compile_json_schema(
        spec.constraints["jsonSchema"], f"{place}.constraints.jsonSchema"
    )
    return Constraint("jsonSchema", lambda value, _text: compiled.accepts(value))


def _text(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return str(raw)
