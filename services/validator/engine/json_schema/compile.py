"""A JSON Schema made ready: a stranger's document, so its size, references and patterns first.

Nothing is ever fetched: a reference points into the document, to a document that is given with
it, or to the schemas of geojson.org, which are built in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError
from jsonschema_specifications import REGISTRY
from referencing import Registry
from referencing._core import Resolver
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012, specification_with

from services.validator.engine.json_schema.depth import deeper_than
from services.validator.engine.json_schema.fault import Faults, Judge
from services.validator.engine.json_schema.geojson import geojson_schemas
from services.validator.engine.json_schema.judge import Compiler, is_native
from services.validator.engine.json_schema.keywords import KEYWORDS, format_checker, searcher
from services.validator.engine.json_schema.reference_judge import library_judge
from services.validator.engine.schema import SchemaInvalidError

MAX_NODES = 100_000
MAX_SCHEMA_DEPTH = 60


@dataclass(frozen=True)
class JsonSchema:
    """A schema that can judge documents; `title` is what its author calls it, `properties`
    are those of the document itself.
    """

    judge: Judge
    place: str
    properties: frozenset[str] = frozenset()
    title: str = ""

    def faults(self, document: Any) -> Faults:
        """Every fault, in the order of the schema.

        Raises `SchemaInvalidError` for a schema that refers to itself without end.
        """
        try:
            return self.judge(document)
        except Unresolvable as error:
            raise SchemaInvalidError(self.place, f"unknown reference: {error.ref}") from None
        except RecursionError:
            raise SchemaInvalidError(self.place, "references without end") from None

    def accepts(self, document: Any) -> bool:
        """Whether there is no error; a value that is too deep is not judged, and refused."""
        return not deeper_than(document) and not self.faults(document)


def compile_json_schema(
    descriptor: Mapping[str, Any],
    place: str = "",
    documents: Mapping[str, Mapping[str, Any]] | None = None,
) -> JsonSchema:
    """`documents` are others that it may refer to, by address.

    Raises `SchemaInvalidError` with its place for what is no JSON Schema, is too large, has a
    pattern that is none, or refers to what is not at hand.
    """
    known = {**geojson_schemas(), **(documents or {})}
    for document in (descriptor, *(documents or {}).values()):
        _measure(document, place)
    cls = validators.validator_for(descriptor, default=Draft202012Validator)
    try:
        cls.check_schema(dict(descriptor))
    except SchemaError as error:
        where = "/".join(map(str, error.absolute_path))
        problem = f"not allowed by JSON Schema: {error.message[:300]}"
        raise SchemaInvalidError(_join(place, where), problem) from None
    except (RecursionError, Unresolvable):
        raise SchemaInvalidError(place, "not a JSON Schema") from None
    dialect = str(cls.META_SCHEMA.get("$id") or cls.META_SCHEMA.get("id"))
    specification = specification_with(dialect, default=DRAFT202012)
    registry: Registry[Any] = REGISTRY.with_resources(
        (address, specification.create_resource(document)) for address, document in known.items()
    )
    root = specification.create_resource(descriptor)
    _resolve_all(descriptor, registry.resolver_with_root(root), place)
    if is_native(descriptor) and not (documents and not all(map(is_native, documents.values()))):
        judge = Compiler(dialect, known).compile(descriptor, descriptor)
    else:
        extended = validators.extend(cls, KEYWORDS)  # type: ignore[no-untyped-call]
        judge = library_judge(
            extended(descriptor, registry=registry, format_checker=format_checker())
        )
    properties = descriptor.get("properties")
    names = frozenset(properties if isinstance(properties, Mapping) else ())
    return JsonSchema(judge, place, names, str(descriptor.get("title") or ""))


def _join(place: str, where: str) -> str:
    return f"{place}/{where}" if place and where else place or where or "$"


def _measure(document: Any, place: str) -> None:
    """Size, depth and patterns, without recursion."""
    count = 0
    level: list[tuple[Any, str]] = [(document, "")]
    for _depth in range(MAX_SCHEMA_DEPTH):
        following: list[tuple[Any, str]] = []
        for node, where in level:
            count += 1
            if count > MAX_NODES:
                raise SchemaInvalidError(place, f"more than {MAX_NODES} parts")
            _check_patterns(node, _join(place, where))
            following.extend((child, f"{where}/{name}".strip("/")) for name, child in _in(node))
        if not following:
            return
        level = following
    raise SchemaInvalidError(place, f"more than {MAX_SCHEMA_DEPTH} levels")


def _in(node: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    elif isinstance(node, list):
        yield from enumerate(node)


def _check_patterns(node: Any, place: str) -> None:
    if not isinstance(node, dict):
        return
    found = [node["pattern"]] if isinstance(node.get("pattern"), str) else []
    named = node.get("patternProperties")
    found += list(named) if isinstance(named, dict) else []
    for pattern in found:
        try:
            searcher(pattern)
        except SchemaInvalidError as error:
            raise SchemaInvalidError(f"{place}/pattern", error.problem) from None


def _resolve_all(descriptor: Any, resolver: Resolver[Any], place: str) -> None:
    """Every reference once, from the root; a document of several `$id` is left to its use."""
    references: set[str] = set()
    stack = [descriptor]
    while stack:
        node = stack.pop()
        stack.extend(child for _, child in _in(node))
        if not isinstance(node, dict):
            continue
        if node is not descriptor and isinstance(node.get("$id"), str):
            return
        if isinstance(node.get("$ref"), str):
            references.add(node["$ref"])
    for reference in sorted(references):
        try:
            resolver.lookup(reference)
        except Unresolvable:
            raise SchemaInvalidError(place or "$ref", f"unknown reference: {reference}") from None
