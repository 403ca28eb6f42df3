"""Data packages: the schemas that their resources cite, put in their place.

A resource cites its schema by a path beside the package, by an address, or by a name of the
register; the engine, which reads nothing but what it is given, takes packages complete.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.validator.engine.kinds import schema_kind
from services.validator.schemas.model import Descriptor

Find = Callable[[str], Mapping[str, Any] | None]
"""The descriptor that is cited so, None when it is not at hand."""


def cited_schemas(descriptor: Mapping[str, Any]) -> list[str]:
    """What the resources cite, each once, in their order."""
    cited = (each.get("schema") for each in _resources(descriptor))
    return list(dict.fromkeys(text for text in cited if isinstance(text, str)))


def completed(descriptor: Mapping[str, Any], find: Find) -> Descriptor:
    """The package with each Table Schema in its resource.

    A resource whose schema is not at hand, or is none of a table, loses it: it is then said to
    be unchecked.
    """
    resources = [_completed(resource, find) for resource in _resources(descriptor)]
    return {**descriptor, "resources": resources}


def with_member_schemas(descriptor: Descriptor, members: Mapping[str, str]) -> Descriptor:
    """A package whose resources cite the names that the national register gives their schemas.

    It publishes each under a name of its own: the resource `irve-statique` of
    `etalab/schema-irve` is `etalab/schema-irve-statique`. `members` gives what to cite
    (`name@version`) by the name without owner.
    """

    def named(resource: Mapping[str, Any]) -> Mapping[str, Any]:
        name = resource.get("name")
        cited = members.get(f"schema-{name}") or members.get(str(name))
        return resource if cited is None else {**resource, "schema": cited}

    return {**descriptor, "resources": [named(each) for each in _resources(descriptor)]}


def _resources(descriptor: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = descriptor.get("resources")
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _completed(resource: Mapping[str, Any], find: Find) -> Mapping[str, Any]:
    cited = resource.get("schema")
    if not isinstance(cited, str):
        return resource
    found = find(cited)
    rest = {name: value for name, value in resource.items() if name != "schema"}
    if found is None or schema_kind(found) != "tableschema":
        return rest
    return {**rest, "schema": found}
