"""What a schema asks for, as tables to read: one for a table, one for each table of a package,
one of the properties of a JSON document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from services.catalogue.portal.json_properties import Properties, properties_of
from services.catalogue.portal.language import Language

Kind = Literal["columns", "properties"]
_LENGTHS = ("minLength", "maxLength")
_BOUNDS = ("minimum", "maximum", "pattern")


@dataclass(frozen=True)
class Column:
    """A column, or a property of a document, in a reader's words. `limits` are sentences."""

    name: str
    title: str
    description: str
    kind: str
    required: bool
    choices: tuple[str, ...]
    limits: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class SchemaTable:
    """`name` tells the tables of a package apart, and is empty where there is but one.

    `cut`: there are more than are shown. `elsewhere`: addresses of schemas that hold, too.
    """

    name: str
    kind: Kind
    columns: tuple[Column, ...]
    cut: bool = False
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """Whom the tables are for. `shapes`: patterns in words of that language, where there are."""

    language: Language
    shapes: Mapping[str, str] = field(default_factory=dict)


def schema_tables(kind: str, descriptor: Mapping[str, Any], reader: Reader) -> list[SchemaTable]:
    """The tables of a schema of the register; `kind` is what the register says that it is."""
    if kind == "datapackage":
        return [
            SchemaTable(
                str(resource.get("name") or number),
                "columns",
                _columns(resource.get("schema") or {}, reader),
            )
            for number, resource in enumerate(descriptor.get("resources") or (), 1)
        ]
    if kind == "jsonschema":
        return [_of_document(properties_of(descriptor), reader)]
    return [SchemaTable("", "columns", _columns(descriptor, reader))]


def _of_document(found: Properties, reader: Reader) -> SchemaTable:
    columns = tuple(
        Column(
            name=one.path,
            title=str(one.words.get("title") or ""),
            description=str(one.words.get("description") or ""),
            kind=_document_kind(one.types, one.element_types, reader),
            required=one.required,
            choices=_choices(one.words),
            limits=_limits(one.words, reader),
            example=_example(one.words),
        )
        for one in found.listed
    )
    return SchemaTable("", "properties", columns, found.cut, found.elsewhere)


def _columns(table_schema: Mapping[str, Any], reader: Reader) -> tuple[Column, ...]:
    return tuple(_column(given, reader) for given in table_schema.get("fields") or ())


def _column(given: Mapping[str, Any], reader: Reader) -> Column:
    constraints: Mapping[str, Any] = given.get("constraints") or {}
    return Column(
        name=str(given["name"]),
        title=str(given.get("title") or ""),
        description=str(given.get("description") or ""),
        kind=_kind(str(given.get("type", "string")), reader),
        required=bool(constraints.get("required")),
        choices=_choices(constraints),
        limits=_limits(constraints, reader),
        example=_example(given),
    )


def _document_kind(types: tuple[str, ...], elements: tuple[str, ...], reader: Reader) -> str:
    named = _either(types, reader)
    if types != ("array",) or not elements:
        return named
    return reader.language.text("schemas.list_of", kind=_either(elements, reader))


def _either(types: tuple[str, ...], reader: Reader) -> str:
    return reader.language.text("schemas.or").join(_kind(one, reader) for one in types or ("any",))


def _kind(kind: str, reader: Reader) -> str:
    return reader.language.text_or(f"type.{kind}", kind)


def _choices(constraints: Mapping[str, Any]) -> tuple[str, ...]:
    listed = constraints.get("enum")
    return tuple(_written(choice) for choice in listed) if isinstance(listed, list) else ()


def _limits(constraints: Mapping[str, Any], reader: Reader) -> tuple[str, ...]:
    lengths = [
        reader.language.count(f"schemas.limit.{bound}", constraints[bound])
        for bound in _LENGTHS
        if isinstance(constraints.get(bound), int)
    ]
    bounds = []
    for bound in _BOUNDS:
        value = constraints.get(bound)
        if isinstance(value, int | float):
            value = reader.language.number(value)
        if isinstance(value, str) and value:
            shown = reader.shapes.get(value, value)
            bounds.append(reader.language.text(f"schemas.limit.{bound}", value=shown))
    return (*lengths, *bounds)


def _example(words: Mapping[str, Any]) -> str:
    several = words.get("examples")
    first = several[0] if isinstance(several, list) and several else words.get("example", "")
    return _written(first)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
