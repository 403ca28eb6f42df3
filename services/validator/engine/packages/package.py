"""A data package made ready: its resources, their schemas, and the keys between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.validator.engine.schema import (
    ForeignKey,
    SchemaInvalidError,
    TableSchema,
    compile_schema,
)

MAX_RESOURCES = 200


@dataclass(frozen=True)
class PackageResource:
    """One table of the package; `descriptor` is its schema with the package's keys added."""

    name: str
    descriptor: Mapping[str, Any]
    schema: TableSchema


@dataclass(frozen=True)
class Package:
    """`resources` by name, in the package's order; `others` have no Table Schema."""

    name: str
    resources: Mapping[str, PackageResource]
    others: tuple[str, ...] = ()

    def targets(self) -> Mapping[str, frozenset[tuple[str, ...]]]:
        """By resource, the columns that other resources point to."""
        found: dict[str, set[tuple[str, ...]]] = {}
        for resource in self.resources.values():
            for key in resource.schema.external_keys:
                found.setdefault(key.resource, set()).add(key.targets)
        return {name: frozenset(columns) for name, columns in found.items()}


def schema_paths(descriptor: Mapping[str, Any]) -> tuple[str, ...]:
    """The schemas that the package names by path or address, for whoever fetches them."""
    return tuple(
        raw["schema"] for _, raw in _resources(descriptor) if isinstance(raw.get("schema"), str)
    )


def compile_package(
    descriptor: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]
) -> Package:
    """`schemas` are descriptors by the path that the package gives, or by resource name.

    Raises `SchemaInvalidError` with the place: a schema that is not at hand, or wrong, a key to
    a table or column that does not exist.
    """
    resources: dict[str, PackageResource] = {}
    others: list[str] = []
    for place, raw in _resources(descriptor):
        name = raw.get("name")
        if not isinstance(name, str) or not name or name in resources or name in others:
            raise SchemaInvalidError(f"{place}.name", "a name of its own is expected")
        given = raw.get("schema")
        schema = given if isinstance(given, Mapping) else schemas.get(str(given), schemas.get(name))
        if schema is None and given is None:
            others.append(name)
            continue
        if schema is None:
            raise SchemaInvalidError(f"{place}.schema", f"schema not at hand: {given}")
        resources[name] = _resource(name, schema, raw, place)
    package = Package(str(descriptor.get("name") or ""), resources, tuple(others))
    _check_keys(package)
    return package


def _resources(descriptor: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    raw = descriptor.get("resources")
    if not isinstance(raw, list) or not raw or len(raw) > MAX_RESOURCES:
        raise SchemaInvalidError("resources", f"a list of 1 to {MAX_RESOURCES} is expected")
    for index, resource in enumerate(raw):
        if not isinstance(resource, Mapping):
            raise SchemaInvalidError(f"resources[{index}]", "an object is expected")
        yield f"resources[{index}]", resource


def _resource(
    name: str, schema: Mapping[str, Any], raw: Mapping[str, Any], place: str
) -> PackageResource:
    """Keys may stand in the schema or, as some packages have it, beside it in the resource."""
    own, beside = schema.get("foreignKeys", []), raw.get("foreignKeys", [])
    keys = [*_keys(own, name), *_keys(beside, name)]
    merged = {**schema, "foreignKeys": keys} if keys else schema
    try:
        return PackageResource(name, merged, compile_schema(merged))
    except SchemaInvalidError as error:
        raise SchemaInvalidError(f"{place}.schema.{error.place}", error.problem) from None


def _keys(raw: Any, name: str) -> list[Any]:
    """A key that names its own resource points into the same table."""
    if not isinstance(raw, list):
        return [raw]
    return [_own_key(key) if _target(key) == name else key for key in raw]


def _target(key: Any) -> Any:
    reference = key.get("reference") if isinstance(key, Mapping) else None
    return reference.get("resource") if isinstance(reference, Mapping) else None


def _own_key(key: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**key, "reference": {**key["reference"], "resource": ""}}


def _check_keys(package: Package) -> None:
    for resource in package.resources.values():
        for key in resource.schema.external_keys:
            _check_key(package, resource.name, key)


def _check_key(package: Package, name: str, key: ForeignKey) -> None:
    target = package.resources.get(key.resource)
    if target is None:
        raise SchemaInvalidError(f"{name}.foreignKeys", f"unknown resource {key.resource!r}")
    known = {spec.name for spec in target.schema.fields}
    for column in key.targets:
        if column not in known:
            raise SchemaInvalidError(
                f"{name}.foreignKeys", f"unknown field {column!r} of {key.resource!r}"
            )
