"""What is wrong in one field of a schema."""

from collections.abc import Iterator
from typing import Any

from services.validator.schemas.authoring_findings import (
    AuthoringFinding,
    error,
    nearest,
    warning,
)
from services.validator.schemas.patterns import linear_pattern, python_fault

_ORDERED = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})
_LENGTHS = frozenset({"minLength", "maxLength"})
_ALWAYS = frozenset({"required", "unique", "enum"})

CONSTRAINTS: dict[str, frozenset[str]] = {
    "any": _ALWAYS,
    "array": _ALWAYS | _LENGTHS | {"jsonSchema"},
    "boolean": _ALWAYS,
    "date": _ALWAYS | _ORDERED,
    "datetime": _ALWAYS | _ORDERED,
    "duration": _ALWAYS | _ORDERED,
    "geojson": _ALWAYS | {"jsonSchema"},
    "geopoint": _ALWAYS,
    "integer": _ALWAYS | _ORDERED,
    "list": _ALWAYS | _LENGTHS,
    "number": _ALWAYS | _ORDERED,
    "object": _ALWAYS | _LENGTHS | {"jsonSchema"},
    "string": _ALWAYS | _LENGTHS | {"pattern"},
    "time": _ALWAYS | _ORDERED,
    "year": _ALWAYS | _ORDERED,
    "yearmonth": _ALWAYS | _ORDERED,
}
"""The types of Table Schema and the constraints that each of them takes."""

_FORMATS: dict[str, frozenset[str]] = {
    "string": frozenset({"default", "email", "uri", "binary", "uuid", "wkt"}),
    "geopoint": frozenset({"default", "array", "object"}),
    "geojson": frozenset({"default", "topojson"}),
}
_FIELD_KEYS = (
    *("name", "type", "format", "title", "description", "constraints", "missingValues"),
    *("trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber", "arrayItem"),
    *("example", "examples", "rdfType", "customCheck", "categories", "categoriesOrdered"),
    *("delimiter", "itemType"),
)
_UNDERSTOOD = frozenset({"patter", "format"})
"""Constraints that the engine applies as they were meant."""

_CONSTRAINT_KEYS = tuple(sorted(_ALWAYS | _ORDERED | _LENGTHS | {"pattern", "jsonSchema"}))


def field_findings(field: Any, place: str) -> Iterator[AuthoringFinding]:
    """Remarks on a field; `place` is its path."""
    if not isinstance(field, dict):
        yield error(place, "un objet JSON est attendu.")
        return
    name = field.get("name")
    if not isinstance(name, str) or not name.strip():
        yield error(place, "le champ n'a pas de nom.")
    elif name != name.strip():
        yield warning(f"{place}.name", "le nom commence ou finit par un espace.")
    yield from _irregular_keys(field, place)
    yield from _type_and_format(field, place)
    for key in ("missingValues", "trueValues", "falseValues"):
        values = field.get(key, [])
        if key == "missingValues":
            values = plain_missing_values(values)
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            yield error(f"{place}.{key}", "une liste de textes est attendue.")
    yield from _constraints(field, f"{place}.constraints")


def plain_missing_values(values: Any) -> Any:
    """Version 2 may give each missing value a label."""
    if not isinstance(values, list):
        return values
    return [value.get("value") if isinstance(value, dict) else value for value in values]


def _irregular_keys(field: dict[str, Any], place: str) -> Iterator[AuthoringFinding]:
    for key in field:
        if key in _FIELD_KEYS:
            continue
        if key in _CONSTRAINT_KEYS:
            yield warning(
                f"{place}.{key}",
                "à écrire dans « constraints » : ici, d'autres validateurs ne le voient pas.",
            )
        elif key == "contraints":
            yield warning(
                f"{place}.{key}",
                "à écrire « constraints » : sous ce nom, d'autres validateurs ne le voient pas.",
            )
        elif near := nearest(key, _FIELD_KEYS):
            yield warning(
                f"{place}.{key}", f"clé inconnue, sans effet. Vouliez-vous écrire « {near} » ?"
            )


def _type_and_format(field: dict[str, Any], place: str) -> Iterator[AuthoringFinding]:
    kind = field.get("type", "string")
    if "type" not in field:
        yield warning(place, "le champ n'a pas de type : il est lu comme un texte.")
    if not isinstance(kind, str) or kind not in CONSTRAINTS:
        near = nearest(str(kind), CONSTRAINTS)
        hint = f" Vouliez-vous écrire « {near} » ?" if near else ""
        yield error(f"{place}.type", f"le type « {str(kind)[:50]} » n'existe pas.{hint}")
        return
    form = field.get("format", "default")
    if not isinstance(form, str):
        yield error(f"{place}.format", "un texte est attendu.")
    elif kind in _FORMATS and form.removeprefix("fmt:") not in _FORMATS[kind]:
        known = ", ".join(sorted(_FORMATS[kind]))
        yield warning(
            f"{place}.format", f"format « {form[:50]} » inconnu, sans effet. Formats : {known}."
        )


def _constraints(field: dict[str, Any], place: str) -> Iterator[AuthoringFinding]:
    constraints = field.get("constraints", {})
    if not isinstance(constraints, dict):
        yield error(place, "un objet JSON est attendu.")
        return
    kind = field.get("type", "string")
    taken = CONSTRAINTS.get(kind) if isinstance(kind, str) else None
    for key, value in constraints.items():
        where = f"{place}.{key}"
        if key not in _CONSTRAINT_KEYS:
            near = nearest(key, _CONSTRAINT_KEYS)
            hint = f" Vouliez-vous écrire « {near} » ?" if near else ""
            effect = "d'autres validateurs ne la voient pas" if key in _UNDERSTOOD else "sans effet"
            yield warning(where, f"contrainte inconnue, {effect}.{hint}")
        elif taken is not None and key not in taken:
            yield warning(where, f"un champ de type « {kind} » ne connaît pas cette contrainte.")
        else:
            yield from _constraint_value(key, value, where)


def _constraint_value(key: str, value: Any, place: str) -> Iterator[AuthoringFinding]:
    if key in {"required", "unique"} and not isinstance(value, bool):
        yield error(place, "true ou false est attendu, sans guillemets.")
    elif key == "enum" and (not isinstance(value, list) or not value):
        yield error(place, "une liste de valeurs, non vide, est attendue.")
    elif key in _LENGTHS and (type(value) is not int or value < 0):
        yield error(place, "un nombre entier, positif ou nul, est attendu.")
    elif key in _ORDERED and not (type(value) in {int, float} or isinstance(value, str)):
        yield error(place, "un nombre ou une date est attendu.")
    elif key == "pattern":
        yield from _pattern(value, place)


def _pattern(value: Any, place: str) -> Iterator[AuthoringFinding]:
    if not isinstance(value, str):
        yield error(place, "une expression régulière, entre guillemets, est attendue.")
        return
    fault = python_fault(value)
    if fault is not None:
        yield error(place, f"l'expression régulière est mal formée : {fault}.")
    elif linear_pattern(value) is None:
        yield warning(
            place,
            "l'expression régulière a besoin de références arrière ou d'assertions : "
            "elle est vérifiée plus lentement et sous limite de temps.",
        )
