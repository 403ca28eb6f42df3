"""What is wrong in a schema itself, told to the person who writes it.

An *error* makes the schema useless for checking a file: it is refused. A *warning* is
something that will not act as its author meant; the schema still serves. Published French
schemas have both kinds of oddity (`patter`, `contraints`, a constraint on the wrong type),
and refusing them all would help nobody.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.engine.kinds import schema_kind
from services.validator.engine.packages.package import compile_package
from services.validator.engine.schema import SchemaInvalidError
from services.validator.engine.wording.problems import problem_in_french
from services.validator.schemas.authoring_fields import field_findings, plain_missing_values
from services.validator.schemas.authoring_findings import (
    AuthoringFinding,
    error,
    nearest,
    warning,
)
from services.validator.schemas.errors import InvalidSchemaError
from services.validator.schemas.model import Descriptor
from services.validator.schemas.packages import completed

MAX_BYTES = 2 * 1024 * 1024
MAX_FIELDS = 2000
MAX_DEPTH = 20
MAX_FINDINGS = 200

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")

CUSTOM_CHECKS: dict[str, tuple[str, ...]] = {
    "french-siret-value": ("column",),
    "french-siren-value": ("column",),
    "french-gps-coordinates": ("column",),
    "nomenclature-actes-value": ("column",),
    "opening-hours-value": ("column",),
    "phone-number-value": ("column",),
    "year-interval-value": ("column",),
    "cohesive-columns-value": ("column", "othercolumns"),
    "compare-columns-value": ("column", "op", "column2"),
    "sum-columns-value": ("column", "columns"),
    "one-of-required": ("column1", "column2"),
    **dict.fromkeys(
        [
            *("siret", "siren", "nomenclature-acte", "nomenclature-actes"),
            *("coordonnees-gps-francaises", "canton", "commune", "departement", "region", "pays"),
            *("code-commune-insee", "code-departement", "numero-departement", "code-region"),
            *("code-pays-iso2", "code-pays-iso3", "code-postal", "code-fantoir", "code-rna"),
            *("id-rnb", "latitude-l93", "longitude-l93"),
        ],
        ("column",),
    ),
}
"""The checks that French schemas declare, with the parameters that each needs."""

_ROOT_KEYS = (
    *("fields", "missingValues", "primaryKey", "foreignKeys", "uniqueKeys", "custom_checks"),
    *("fieldsMatch",),
    *("name", "title", "description", "version", "homepage", "path", "created", "lastModified"),
)


def load_descriptor(content: bytes) -> tuple[Descriptor, tuple[AuthoringFinding, ...]]:
    """A descriptor from its file, with the warnings about it.

    Raises `InvalidSchemaError` with a French sentence (and `findings` as detail) when the
    file is too large, is not JSON, is nested too deep, or has an error of authoring.
    """
    if len(content) > MAX_BYTES:
        raise InvalidSchemaError(
            f"Le schéma pèse {len(content) // 1024} Kio ; la limite est de {MAX_BYTES // 1024} Kio."
        )
    try:
        descriptor = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except RecursionError as fault:
        raise InvalidSchemaError("Le schéma est imbriqué trop profondément.") from fault
    except ValueError as fault:
        raise InvalidSchemaError(f"Le schéma n'est pas un fichier JSON lisible : {fault}") from None
    if not _storable(descriptor):
        raise InvalidSchemaError("Le schéma contient des caractères interdits (nuls ou isolés).")
    kind = schema_kind(descriptor) if isinstance(descriptor, dict) else "tableschema"
    if kind == "jsonschema":
        refuse_unusable(compile_json_schema, descriptor)
        return descriptor, ()
    if _depth(descriptor) > MAX_DEPTH:
        raise InvalidSchemaError(f"Le schéma a plus de {MAX_DEPTH} niveaux d'imbrication.")
    if kind == "datapackage":
        # The schemas that it cites come later; what it holds itself is judged now.
        refuse_unusable(compile_package, completed(descriptor, lambda _cited: None), {})
        return descriptor, ()
    findings = check_descriptor(descriptor)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise InvalidSchemaError(
            f"Ce schéma ne peut pas servir : {errors[0].place} : {errors[0].reason}",
            findings=[finding.as_dict() for finding in findings],
        )
    return descriptor, findings


def refuse_unusable(compiler: Callable[..., object], *arguments: object) -> None:
    """Raises `InvalidSchemaError` where the engine's compiler refuses."""
    try:
        compiler(*arguments)
    except SchemaInvalidError as fault:
        raise InvalidSchemaError(
            f"Ce schéma ne peut pas servir : {fault.place} : {problem_in_french(fault.problem)}",
            message_en=f"This schema cannot be used: {fault.place}: {fault.problem}",
            findings=[error(fault.place, problem_in_french(fault.problem)).as_dict()],
        ) from None


def check_descriptor(descriptor: Any) -> tuple[AuthoringFinding, ...]:
    """What is wrong in a Table Schema, in the order of its text; at most 200 findings."""
    findings: list[AuthoringFinding] = []
    for finding in _all_findings(descriptor):
        findings.append(finding)
        if len(findings) == MAX_FINDINGS:
            break
    return tuple(findings)


def _all_findings(descriptor: Any) -> Iterator[AuthoringFinding]:
    if not isinstance(descriptor, dict):
        yield error("schéma", "un objet JSON est attendu.")
        return
    fields = descriptor.get("fields")
    if not isinstance(fields, list) or not fields:
        yield error("fields", "la liste des champs est absente ou vide.")
        return
    if len(fields) > MAX_FIELDS:
        yield error("fields", f"{len(fields)} champs ; la limite est de {MAX_FIELDS}.")
        return
    for key in descriptor:
        if key not in _ROOT_KEYS and (near := nearest(key, _ROOT_KEYS)):
            yield warning(key, f"clé inconnue, sans effet. Vouliez-vous écrire « {near} » ?")
    for position, field in enumerate(fields):
        yield from field_findings(field, f"fields[{position}]")
    names = [f["name"] for f in fields if isinstance(f, dict) and isinstance(f.get("name"), str)]
    for name, count in Counter(names).items():
        if count > 1:
            yield error("fields", f"le nom « {name[:100]} » est donné à {count} champs.")
    yield from _missing_values(descriptor.get("missingValues", []))
    yield from _keys(descriptor, set(names))
    yield from _custom_checks(descriptor.get("custom_checks", []), set(names))
    yield from _field_checks(fields)


def _missing_values(given: Any) -> Iterator[AuthoringFinding]:
    values = plain_missing_values(given)
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        yield error("missingValues", "une liste de textes est attendue.")


def _keys(descriptor: Descriptor, names: set[str]) -> Iterator[AuthoringFinding]:
    primary = descriptor.get("primaryKey")
    if primary is not None:
        yield from _named_fields(primary, names, "primaryKey")
    for key in ("uniqueKeys", "foreignKeys"):
        items = descriptor.get(key, [])
        if not isinstance(items, list):
            yield error(key, "une liste est attendue.")
            continue
        for position, item in enumerate(items):
            place = f"{key}[{position}]"
            if key == "uniqueKeys":
                yield from _named_fields(item, names, place)
            elif not isinstance(item, dict) or not isinstance(item.get("reference"), dict):
                yield error(place, "« fields » et « reference » sont attendus.")
            else:
                yield from _named_fields(item.get("fields"), names, f"{place}.fields")


def _named_fields(value: Any, names: set[str], place: str) -> Iterator[AuthoringFinding]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        yield error(place, "un nom de champ ou une liste de noms est attendu.")
        return
    for name in listed:
        if name not in names:
            yield error(place, f"le champ « {name[:100]} » n'existe pas dans le schéma.")


def _custom_checks(checks: Any, names: set[str]) -> Iterator[AuthoringFinding]:
    if not isinstance(checks, list):
        yield error("custom_checks", "une liste est attendue.")
        return
    for position, check in enumerate(checks):
        place = f"custom_checks[{position}]"
        if not isinstance(check, dict) or not isinstance(check.get("name"), str):
            yield error(place, "un objet avec « name » et « params » est attendu.")
            continue
        needed = CUSTOM_CHECKS.get(check["name"])
        if needed is None:
            yield _unknown_check(check["name"], place)
            continue
        yield from _check_params(check.get("params"), needed, names, f"{place}.params")


def _field_checks(fields: list[Any]) -> Iterator[AuthoringFinding]:
    for position, field in enumerate(fields):
        if isinstance(field, dict) and "customCheck" in field:
            yield from _field_check(field["customCheck"], f"fields[{position}].customCheck")


def _field_check(given: Any, place: str) -> Iterator[AuthoringFinding]:
    for check in given if isinstance(given, list) else [given]:
        name = check.get("name") if isinstance(check, dict) else check
        if not isinstance(name, str):
            yield error(place, "le nom d'un contrôle est attendu, ou un objet qui a un « name ».")
        elif name not in CUSTOM_CHECKS:
            yield _unknown_check(name, place)


def _unknown_check(name: str, place: str) -> AuthoringFinding:
    near = nearest(name, CUSTOM_CHECKS)
    hint = f" Vouliez-vous écrire « {near} » ?" if near else ""
    return warning(place, f"contrôle « {name[:100]} » inconnu, sans effet.{hint}")


def _check_params(
    params: Any, needed: tuple[str, ...], names: set[str], place: str
) -> Iterator[AuthoringFinding]:
    if not isinstance(params, dict):
        yield warning(place, f"paramètres attendus : {', '.join(needed)}.")
        return
    for key in needed:
        if key not in params:
            yield warning(place, f"le paramètre « {key} » manque : le contrôle est sans effet.")
        elif "column" in key:
            value = params[key]
            for name in value if isinstance(value, list) else [value]:
                if name not in names:
                    yield warning(f"{place}.{key}", f"le champ « {str(name)[:100]} » n'existe pas.")


def _depth(value: Any) -> int:
    """Levels of nesting, counted without recursion and no further than needed."""
    level, depth = [value], 0
    while level and depth <= MAX_DEPTH:
        depth += 1
        level = [child for node in level for child in _children(node)]
    return depth


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [*node, *node.values()]
    return node if isinstance(node, list) else []


def _storable(value: Any) -> bool:
    """Neither NUL nor half of a surrogate pair in any text: no database takes them."""
    level = [value]
    while level:
        if any(isinstance(node, str) and _FORBIDDEN.search(node) for node in level):
            return False
        level = [child for node in level for child in _children(node)]
    return True


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} n'existe pas en JSON")
