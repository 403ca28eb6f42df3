"""Which schema a table follows, asked of the register when nobody declared one."""

from collections.abc import Mapping
from typing import Any

from services.validator.engine.result import SchemaRef
from services.validator.engine.validation import Preview, Target
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.match import MatchResult, SchemaMatch, SchemaMatcher
from services.validator.schemas.model import Schema
from services.validator.schemas.packages import completed
from services.validator.schemas.register import SchemaRegister

Inventory = tuple[tuple[str, str], ...]


class Detector:
    """The matcher of one register; building it takes a few milliseconds."""

    def __init__(self, register: SchemaRegister) -> None:
        self.revision = register.revision()
        self.register = register
        self._matcher = SchemaMatcher.of_register(register)
        self.names = self._matcher.names

    def match(self, preview: Preview) -> MatchResult:
        """The opinion of the register on the columns and first rows of a file."""
        return self._matcher.match(preview.labels, preview.rows, document=preview.document)

    def target(self, preview: Preview) -> tuple[Target | None, Mapping[str, Any]]:
        """The target, or None, and what the match said."""
        found = self.match(preview)
        detection = {
            "reason": found.reason,
            "best": _facts(found.best),
            "runner_up": _facts(found.runner_up),
        }
        if found.best is None:
            return None, detection
        schema = self.register.get(found.best.name, found.best.version)
        return target_of(schema, detected=True, detection=detection), detection


def inventory(register: SchemaRegister) -> Inventory:
    """What the register holds, to notice that it has changed."""
    return tuple(
        (entry.name, version.version)
        for entry in register.list()
        for version in entry.versions
        if not entry.withdrawn
    )


def target_of(
    schema: Schema, *, detected: bool = False, detection: Mapping[str, Any] | None = None
) -> Target:
    """A schema of the register as the engine takes it."""
    ref = SchemaRef(schema.name, schema.version, schema.url)
    return Target(schema.descriptor, ref, detected, detection or {})


def package_target(
    descriptor: Mapping[str, Any],
    schemas: Mapping[str, Mapping[str, Any]],
    register: SchemaRegister | None,
) -> Target:
    """A package that comes with its own descriptor, made complete.

    A schema is the one that came with the package (`schemas`, by path), else the one of the
    register at that name or address.
    """

    def find(cited: str) -> Mapping[str, Any] | None:
        if cited in schemas or register is None:
            return schemas.get(cited)
        try:
            return register.resolve(cited).descriptor
        except UnknownSchemaError:
            return None

    said, version = descriptor.get("name"), descriptor.get("version")
    ref = SchemaRef(
        said if isinstance(said, str) and said else "datapackage",
        version if isinstance(version, str) else None,
    )
    return Target(completed(descriptor, find), ref)


def _facts(match: SchemaMatch | None) -> dict[str, Any] | None:
    if match is None:
        return None
    return {"name": match.name, "version": match.version, "score": round(match.score, 3)}
