"""The official schemas, and the part of their custom checks that invented files must pass."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from frictionless import Detector, Schema, system
from frictionless import Resource as FrictionlessResource

from demo.identifiers import luhn_sum
from demo.subjects import SchemaName
from tests.support.reference import reference_dir

Row = dict[str, str]


def descriptor(schema: SchemaName) -> dict[str, Any]:
    """The official descriptor, or skip when the reference data is absent."""
    folder = reference_dir("schemas", schema.name.replace("/", "__"), schema.version)
    (path,) = folder.glob("*.json")
    return Schema.from_descriptor(str(path)).to_descriptor()


def frictionless_codes(content: bytes, schema: SchemaName) -> set[str]:
    """Error types that frictionless finds in UTF-8 comma-separated content."""
    with system.use_context(trusted=True):
        resource = FrictionlessResource(
            data=content,
            format="csv",
            schema=Schema.from_descriptor(descriptor(schema)),
            detector=Detector(schema_sync=True),  # columns by name, as French validators do
        )
        report = resource.validate()
    assert not report.errors, report.errors
    return {error.type for task in report.tasks for error in task.errors}


def custom_codes(content: bytes, schema: SchemaName) -> set[str]:
    """Names of the custom checks that the content breaks, of those known here."""
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    return set(_broken(rows, descriptor(schema).get("custom_checks", [])))


def _broken(rows: list[Row], checks: list[dict[str, Any]]) -> Iterator[str]:
    for check in checks:
        holds = _RULES.get(check["name"])
        if holds and not all(holds(row, check["params"]) for row in rows):
            yield check["name"]


def _luhn(row: Row, params: dict[str, Any]) -> bool:
    value = row.get(params["column"], "")
    return not value or (value.isdigit() and luhn_sum(value) == 0)


def _compare(row: Row, params: dict[str, Any]) -> bool:
    left, right = row.get(params["column"]), row.get(params["column2"])
    if not left or not right:
        return True
    assert params["op"] == ">="
    return int(left) >= int(right) if left.isdigit() and right.isdigit() else left >= right


def _sum(row: Row, params: dict[str, Any]) -> bool:
    values = [row.get(name) for name in (params["column"], *params["columns"])]
    if not all(values):
        return True
    total, *parts = (int(value) for value in values if value)
    return total == sum(parts)


def _cohesive(row: Row, params: dict[str, Any]) -> bool:
    filled = {bool(row.get(name)) for name in (params["column"], *params["othercolumns"])}
    return len(filled) == 1


def _one_of(row: Row, params: dict[str, Any]) -> bool:
    return bool(row.get(params["column1"]) or row.get(params["column2"]))


_RULES: dict[str, Callable[[Row, dict[str, Any]], bool]] = {
    "french-siret-value": _luhn,
    "french-siren-value": _luhn,
    "compare-columns-value": _compare,
    "sum-columns-value": _sum,
    "cohesive-columns-value": _cohesive,
    "one-of-required": _one_of,
}
