"""A JSON Schema compiled once to closures that judge documents and name every fault.

`jsonschema` judges the same in a tenth of the speed; it stays the measure (the tests compare),
checks the schemas themselves, and judges those with rare keywords (`is_native`).
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urldefrag

from services.validator.engine.json_schema.assertions import (
    EVERY,
    LIST,
    OBJECT,
    Assertion,
    assertion,
    type_of,
)
from services.validator.engine.json_schema.fault import NONE, Fault, Faults, Judge, inside
from services.validator.engine.json_schema.keywords import searcher

_RARE = frozenset({
    "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef",
    "unevaluatedItems", "unevaluatedProperties", "extends", "disallow", "divisibleBy",
})  # fmt: skip
_NAMES = frozenset({"properties", "patternProperties", "definitions", "$defs", "dependentSchemas"})
_DATA = frozenset({"enum", "const", "default", "example", "examples"})
_LONE_REFERENCE = ("draft-04", "draft-06", "draft-07")
_POSITIONAL = "2020-12"
_FIRST = "draft-04"


def is_native(descriptor: Mapping[str, Any]) -> bool:
    """Whether the schema keeps to what is compiled here: no rare keyword, one base address."""
    return all(
        not _RARE & node.keys()
        and (node is descriptor or not isinstance(node.get("$id"), str))
        and not (isinstance(node.get("$ref"), str) and _is_anchor(node["$ref"]))
        for node in _schemas(descriptor)
    )


def _is_anchor(reference: str) -> bool:
    fragment = urldefrag(reference).fragment
    return bool(fragment) and not fragment.startswith("/")


def _schemas(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every object of a schema that is one, keys of `properties` and their like left out."""
    stack = [node]
    while stack:
        found = stack.pop()
        if isinstance(found, list):
            stack.extend(found)
        elif isinstance(found, Mapping):
            yield found
            for key, value in found.items():
                if key in _NAMES and isinstance(value, Mapping):
                    stack.extend(value.values())
                elif key not in _DATA:
                    stack.append(value)


class Compiler:
    """Compiles the schemas of one dialect; `documents` are those that references may name."""

    def __init__(self, dialect: str, documents: Mapping[str, Any]) -> None:
        self._lone = any(name in dialect for name in _LONE_REFERENCE)
        self._positional = _POSITIONAL in dialect
        self._first = _FIRST in dialect
        self._documents = documents
        self._known: dict[tuple[int, str], list[Judge]] = {}

    def compile(self, node: Any, root: Any) -> Judge:
        """The judge of a schema within the document `root`."""
        if not isinstance(node, Mapping):
            return _anything if node is not False else _nothing
        checks: list[Assertion] = []
        if "$ref" in node:
            checks.append((EVERY, self._reference(node["$ref"], root)))
            if self._lone:
                return _combined(checks)
        for keyword, wanted in node.items():
            found = self._assertion(keyword, wanted, node) or self._applicator(
                keyword, wanted, node, root
            )
            if found is not None:
                checks.append(found)
        return _combined(checks)

    def _assertion(self, keyword: str, wanted: Any, node: Mapping[str, Any]) -> Assertion | None:
        if keyword == "type":
            return type_of(wanted, node, fractions=not self._first)
        return assertion(keyword, wanted, node)

    def _reference(self, reference: str, root: Any) -> Judge:
        """Bound at its first use, so that schemas may refer to themselves."""
        address, fragment = urldefrag(reference)
        document = self._documents.get(address, root) if address else root
        bound = self._known.setdefault((id(document), fragment), [])

        def judge(value: Any) -> Faults:
            if not bound:
                bound.append(self.compile(_at(document, fragment), document))
            return bound[0](value)

        return judge

    def _applicator(
        self, keyword: str, wanted: Any, node: Mapping[str, Any], root: Any
    ) -> Assertion | None:
        method = _APPLICATORS.get(keyword)
        if method is None:
            return None
        found: Assertion | None = getattr(self, method)(keyword, wanted, node, root)
        return found

    def _each(self, parts: Mapping[str, Any], root: Any) -> dict[str, Judge]:
        return {name: self.compile(part, root) for name, part in parts.items()}

    def _properties(self, _k: str, wanted: Any, _node: Any, root: Any) -> Assertion:
        judges = self._each(wanted, root)

        def judge(value: Any) -> Faults:
            found: list[Fault] = []
            for name, one in judges.items():
                if name in value and (faults := one(value[name])):
                    found += inside(name, faults)
            return found

        return (OBJECT,), judge

    def _pattern_properties(self, _k: str, wanted: Any, _node: Any, root: Any) -> Assertion:
        judges = [(searcher(pattern), self.compile(part, root)) for pattern, part in wanted.items()]

        def judge(value: Any) -> Faults:
            found: list[Fault] = []
            for matches, one in judges:
                for name, child in value.items():
                    if matches(name) and (faults := one(child)):
                        found += inside(name, faults)
            return found

        return (OBJECT,), judge

    def _additional(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion | None:
        """One fault per stray property, at its own place."""
        if wanted is True:
            return None
        known = frozenset(node.get("properties", {}))
        tests = [searcher(pattern) for pattern in node.get("patternProperties", {})]
        one = self.compile(wanted, root)

        def judge(value: Any) -> Faults:
            found: list[Fault] = []
            for name, child in value.items():
                if name in known or any(test(name) for test in tests):
                    continue
                if wanted is False:
                    found.append(Fault(keyword, name, wanted, node, [name]))
                elif faults := one(child):
                    found += inside(name, faults)
            return found

        return (OBJECT,), judge

    def _names(self, _k: str, wanted: Any, _node: Any, root: Any) -> Assertion:
        one = self.compile(wanted, root)
        return (OBJECT,), lambda value: [fault for name in value for fault in one(name)]

    def _beside(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion:
        """`dependencies` and `dependentSchemas`: what a property brings with it."""
        schemas = {n: self.compile(p, root) for n, p in wanted.items() if not isinstance(p, list)}
        lists = {name: part for name, part in wanted.items() if isinstance(part, list)}
        needed = assertion("dependentRequired", lists, {**node, "dependentRequired": lists})

        def judge(value: Any) -> Faults:
            found = [f for name, one in schemas.items() if name in value for f in one(value)]
            lacking = needed[1](value) if needed else ()
            for fault in lacking:
                fault.keyword = keyword
            return [*found, *lacking]

        return (OBJECT,), judge

    def _items(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion | None:
        if isinstance(wanted, list) or keyword == "prefixItems":
            judges = [self.compile(part, root) for part in wanted]
            return (LIST,), lambda value: [
                fault
                for index, (one, item) in enumerate(zip(judges, value, strict=False))
                for fault in inside(index, one(item))
            ]
        first = len(node.get("prefixItems", ())) if self._positional else 0
        return (LIST,), self._from(first, self.compile(wanted, root))

    def _additional_items(
        self, keyword: str, wanted: Any, node: Any, root: Any
    ) -> Assertion | None:
        """Beside a list of `items` only; in the newest draft it is no keyword."""
        if self._positional or not isinstance(node.get("items"), list):
            return None
        first = len(node["items"])
        if wanted is not False:
            return (LIST,), self._from(first, self.compile(wanted, root))

        def judge(value: Any) -> Faults:
            return NONE if len(value) <= first else (Fault(keyword, value, wanted, node),)

        return (LIST,), judge

    @staticmethod
    def _from(first: int, one: Judge) -> Judge:
        def judge(value: Any) -> Faults:
            found: list[Fault] = []
            for index in range(first, len(value)):
                if faults := one(value[index]):
                    found += inside(index, faults)
            return found

        return judge

    def _contains(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion:
        one = self.compile(wanted, root)
        least, most = node.get("minContains", 1), node.get("maxContains")

        def judge(value: Any) -> Faults:
            count = sum(not one(item) for item in value)
            if most is not None and count > most:
                return (Fault("maxContains", value, most, node),)
            if count >= least:
                return NONE
            return (Fault("minContains" if count else keyword, value, wanted, node),)

        return (LIST,), judge

    def _all(self, _k: str, wanted: Any, _node: Any, root: Any) -> Assertion:
        judges = [self.compile(part, root) for part in wanted]
        return EVERY, lambda value: [fault for one in judges for fault in one(value)]

    def _any(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion:
        judges = [self.compile(part, root) for part in wanted]

        def judge(value: Any) -> Faults:
            branches = []
            for one in judges:
                faults = one(value)
                if not faults:
                    return NONE
                branches.append(faults)
            return (Fault(keyword, value, wanted, node, branches=branches),)

        return EVERY, judge

    def _one(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion:
        judges = [self.compile(part, root) for part in wanted]

        def judge(value: Any) -> Faults:
            branches = [one(value) for one in judges]
            fitting = sum(not faults for faults in branches)
            if fitting == 1:
                return NONE
            told = () if fitting else branches
            return (Fault(keyword, value, wanted, node, branches=told),)

        return EVERY, judge

    def _not(self, keyword: str, wanted: Any, node: Any, root: Any) -> Assertion:
        one = self.compile(wanted, root)
        return EVERY, lambda value: NONE if one(value) else (Fault(keyword, value, wanted, node),)

    def _if(self, _k: str, wanted: Any, node: Any, root: Any) -> Assertion:
        test = self.compile(wanted, root)
        then, otherwise = (self.compile(node.get(name, True), root) for name in ("then", "else"))
        return EVERY, lambda value: otherwise(value) if test(value) else then(value)


_APPLICATORS: Mapping[str, str] = {
    "properties": "_properties", "patternProperties": "_pattern_properties",
    "additionalProperties": "_additional", "propertyNames": "_names",
    "dependencies": "_beside", "dependentSchemas": "_beside",
    "items": "_items", "prefixItems": "_items", "additionalItems": "_additional_items",
    "contains": "_contains",
    "allOf": "_all", "anyOf": "_any", "oneOf": "_one", "not": "_not", "if": "_if",
}  # fmt: skip


def _anything(_value: Any) -> Faults:
    return NONE


def _nothing(value: Any) -> Faults:
    return (Fault("false", value, False, {}),)


def _combined(checks: list[Assertion]) -> Judge:
    """By the kind of the value, the checks that look at it, in the order of the schema."""
    by_kind = {kind: tuple(judge for kinds, judge in checks if kind in kinds) for kind in EVERY}
    if not any(by_kind.values()):
        return _anything

    def judge(value: Any) -> Faults:
        found: Faults = NONE
        for check in by_kind[type(value)]:
            faults = check(value)
            if faults:
                found = [*found, *faults] if found else faults
        return found

    return judge


def _at(document: Any, fragment: str) -> Any:
    """What a JSON pointer names. Raises `LookupError` when it names nothing."""
    node = document
    for part in filter(None, unquote(fragment).split("/")) if fragment else ():
        key = part.replace("~1", "/").replace("~0", "~")
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node
