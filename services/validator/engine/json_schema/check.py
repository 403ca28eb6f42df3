"""One JSON document against one JSON Schema: every error, at the object that it is in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.validator.engine.findings import CELL_LIMIT, Finding, FindingList, Findings
from services.validator.engine.json_schema.compile import JsonSchema
from services.validator.engine.json_schema.depth import deeper_than
from services.validator.engine.json_schema.explain import expected_types, explained
from services.validator.engine.json_schema.fault import Fault
from services.validator.engine.json_schema.objects import Objects, Place, pointer
from services.validator.engine.suggest import nearest
from services.validator.engine.table import UnreadableError

MAX_BYTES = 128 * 1024 * 1024
_SHOWN = 30
_CODES: Mapping[str, tuple[str, str]] = {
    "type": ("json-type", ""),
    "required": ("json-required", ""),
    "additionalProperties": ("json-extra", ""),
    "enum": ("json-enum", ""),
    "const": ("json-enum", ""),
    "pattern": ("json-pattern", ""),
    "format": ("json-format", ""),
    "minimum": ("json-bounds", "minimum"),
    "maximum": ("json-bounds", "maximum"),
    "exclusiveMinimum": ("json-bounds", "exclusiveMinimum"),
    "exclusiveMaximum": ("json-bounds", "exclusiveMaximum"),
    "multipleOf": ("json-bounds", "multipleOf"),
    "minLength": ("json-length", "minLength"),
    "maxLength": ("json-length", "maxLength"),
    "minItems": ("json-items", "minItems"),
    "maxItems": ("json-items", "maxItems"),
    "uniqueItems": ("json-items", "uniqueItems"),
}


@dataclass(frozen=True)
class JsonChecked:
    """`objects` are those of the document's lists; a document without a list is one."""

    findings: Findings
    objects: int
    bad_objects: int


def read_document(content: bytes) -> Any:
    """The parsed document. Raises `UnreadableError` for what is none, or too large or deep."""
    if len(content) > MAX_BYTES:
        raise UnreadableError("json-too-long", at_line=1, at_column=1, limit=MAX_BYTES)
    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UnreadableError("json-invalid", at_line=error.lineno, at_column=error.colno) from None
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise UnreadableError("json-invalid", at_line=line, at_column=column) from None
    except (ValueError, RecursionError):
        raise UnreadableError("json-too-deep", at_line=1, at_column=1) from None
    if deeper_than(document):
        raise UnreadableError("json-too-deep", at_line=1, at_column=1)
    return document


def check_json(document: Any, schema: JsonSchema, *, max_errors: int) -> JsonChecked:
    """Every error, counted; the first ones kept, in the order of the document.

    Raises `SchemaInvalidError` for a schema that refers to itself without end. `document` is
    what `read_document` gives: of limited depth.
    """
    findings = Findings(max_errors)
    objects = Objects(document)
    bad: set[tuple[str | int, ...]] = set()
    for fault in schema.faults(document):
        for leaf in explained(fault):
            place = objects.place(leaf.path)
            bad.add(place.object_path)
            findings.error(_finding(leaf, place))
    if _nothing_described(document, schema):
        findings.warn(Finding("json-unmatched"))
    findings.errors = FindingList(sorted(findings.errors, key=_order))
    return JsonChecked(findings, objects.count(), len(bad))


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _nothing_described(document: Any, schema: JsonSchema) -> bool:
    """An object of which the schema knows no property: it would be valid unread."""
    known = schema.properties
    return isinstance(document, dict) and bool(known) and known.isdisjoint(document)


def _order(finding: Finding) -> tuple[str, int]:
    return str(finding.params.get("of", "")), finding.row or 0


def _finding(fault: Fault, place: Place) -> Finding:
    code, reason = _CODES.get(fault.keyword, ("json-other", ""))
    facts: dict[str, Any] = {
        "pointer": pointer(fault.path),
        "keyword": fault.keyword,
    }
    if place.number is not None:
        facts |= {"number": place.number, "of": place.of}
    if place.identifier:
        facts["identifier"] = place.identifier
    types = expected_types(fault)
    if fault.keyword in {"anyOf", "oneOf"} and types:
        code = "json-type"
    if code == "json-required" and place.inside:
        reason = "inside"
    shown, fix = _described(fault, code, types, facts)
    return Finding(
        code, reason, place.number, None, place.inside or None, None, shown, fix, facts
    )  # fmt: skip


def _described(
    fault: Fault, code: str, types: list[str], facts: dict[str, Any]
) -> tuple[str | None, str | None]:
    """Fills the facts of the wording; gives the value as text and what would be right."""
    value: Any = fault.value
    wanted: Any = fault.wanted
    if code in {"json-required", "json-extra"}:
        facts["name"] = str(value)
        near = _near_property(fault) if code == "json-extra" else None
        if near is not None:
            facts["near"] = near
        return None, None
    fix = None
    if code == "json-type":
        facts |= {"types": types, "found": _type_of(value)}
    elif code == "json-enum":
        choices = [_text(choice) for choice in (wanted if fault.keyword == "enum" else [wanted])]
        facts |= {"values": choices[:_SHOWN], "more": max(0, len(choices) - _SHOWN)}
        fix = nearest(value, choices[:2_000]) if isinstance(value, str) else None
    elif code == "json-format":
        facts["format"] = str(wanted)
    elif code == "json-pattern":
        facts["pattern"] = str(wanted)
    elif isinstance(wanted, int | float | str) and not isinstance(wanted, bool):
        facts["limit"] = _text(wanted)
    if fault.keyword == "uniqueItems":
        facts["first"] = value
        return None, None
    return _text(value), fix


def _near_property(fault: Fault) -> str | None:
    known = fault.schema.get("properties")
    return nearest(str(fault.value), list(known)) if known else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | dict) and len(value) > _SHOWN:
        return "[…]" if isinstance(value, list) else "{…}"
    return json.dumps(value, ensure_ascii=False)[: CELL_LIMIT + 1]


def _type_of(value: Any) -> str:
    kinds = {bool: "boolean", str: "string", list: "array", dict: "object", int: "integer"}
    return "null" if value is None else kinds.get(type(value), "number")
