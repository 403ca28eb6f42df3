"""Keywords that are judged otherwise than `jsonschema` does: patterns by RE2, uniqueness fast."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError

from services.validator.engine.patterns import compile_pattern
from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.dates import date_reader, datetime_reader, time_reader
from services.validator.engine.values.texts import is_uri, string_reader

Keyword = Callable[[Any, Any, Any, Mapping[str, Any]], Iterator[ValidationError]]


@lru_cache(maxsize=2_000)
def searcher(pattern: str) -> Callable[[str], bool]:
    """A search anywhere in the text, as JSON Schema has it. Raises `SchemaInvalidError`."""
    return compile_pattern(f"(?s:.*)(?:{pattern})(?s:.*)", "pattern")


def pattern(
    validator: Any, wanted: Any, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Keyword `pattern`."""
    if validator.is_type(instance, "string") and not searcher(wanted)(instance):
        yield ValidationError("pattern")


def pattern_properties(
    validator: Any, patterns: Any, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Keyword `patternProperties`."""
    if not validator.is_type(instance, "object"):
        return
    for wanted, subschema in patterns.items():
        matches = searcher(wanted)
        for name, value in instance.items():
            if matches(name):
                yield from validator.descend(value, subschema, path=name, schema_path=wanted)


def additional_properties(
    validator: Any, allowed: Any, instance: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Keyword `additionalProperties`: one error per stray property, at its own place."""
    if not validator.is_type(instance, "object"):
        return
    tests = [searcher(wanted) for wanted in schema.get("patternProperties", {})]
    for name, value in instance.items():
        if name in schema.get("properties", {}) or any(test(name) for test in tests):
            continue
        if validator.is_type(allowed, "object"):
            yield from validator.descend(value, allowed, path=name)
        elif allowed is False:
            error = ValidationError("additionalProperties", instance=name)
            error.path.append(name)
            yield error


def required(
    validator: Any, names: Any, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Keyword `required`: one error per missing property, at the object that lacks it."""
    if not validator.is_type(instance, "object") or not isinstance(names, list):
        return
    for name in names:
        if name not in instance:
            yield ValidationError("required", instance=name)


def unique_items(
    validator: Any, wanted: Any, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Keyword `uniqueItems`, each item compared by its canonical text: linear."""
    if not wanted or not validator.is_type(instance, "array"):
        return
    first: dict[str, int] = {}
    for index, item in enumerate(instance):
        before = first.setdefault(canonical(item), index)
        if before != index:
            error = ValidationError("uniqueItems", instance=before + 1)
            error.path.append(index)
            yield error


def canonical(value: Any) -> str:
    """The same text for equal values, whatever the order of their keys."""
    return json.dumps(_canonical(value), sort_keys=True)


def _canonical(value: Any) -> Any:
    """1.0 and 1 are the same number; true is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_canonical(item) for item in value]
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    return value


KEYWORDS: Mapping[str, Keyword] = {
    "pattern": pattern,
    "patternProperties": pattern_properties,
    "additionalProperties": additional_properties,
    "required": required,
    "uniqueItems": unique_items,
}


@cache
def format_tests() -> Mapping[str, Callable[[str], bool]]:
    """The formats that French schemas use, read as the cells of tables are read."""
    readers: Mapping[str, Callable[[str], Any]] = {
        "date": date_reader(FieldSpec("", "date")),
        "date-time": datetime_reader(FieldSpec("", "datetime")),
        "time": time_reader(FieldSpec("", "time")),
        "email": string_reader(FieldSpec("", "string", "email")),
        "uuid": string_reader(FieldSpec("", "string", "uuid")),
        "uri": lambda text: text if is_uri(text) else None,
    }
    return {name: _reads(read) for name, read in readers.items()}


def format_checker() -> FormatChecker:
    """The same for the library."""
    checker = FormatChecker(formats=())
    for name, test in format_tests().items():
        checker.checks(name)(_of_texts(test))
    return checker


def _reads(read: Callable[[str], Any]) -> Callable[[str], bool]:
    return lambda text: read(text) is not None


def _of_texts(test: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or test(value)
