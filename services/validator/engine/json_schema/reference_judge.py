"""Faults as the library `jsonschema` finds them: for schemas with rare keywords, and the tests."""

from collections import defaultdict
from typing import Any

from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator

from services.validator.engine.json_schema.fault import Fault, Judge


def library_judge(validator: Validator) -> Judge:
    """A judge that asks the library."""
    return lambda value: [_fault(error) for error in validator.iter_errors(value)]


def _fault(error: ValidationError) -> Fault:
    branches: defaultdict[Any, list[Fault]] = defaultdict(list)
    for inner in error.context or ():
        branches[inner.schema_path[0]].append(_fault(inner))
    schema = error.schema if isinstance(error.schema, dict) else {}
    keyword = "false" if error.validator is None else str(error.validator)
    return Fault(
        keyword,
        error.instance,
        error.validator_value,
        schema,
        list(reversed(error.relative_path)),
        tuple(branches.values()),
    )
