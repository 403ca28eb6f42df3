"""What a validation gives, in no language: stored as JSON, worded when it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from services.validator.engine.findings import Finding
from services.validator.engine.version import ENGINE_VERSION

Verdict = Literal["valid", "invalid", "unreadable", "failed"]


@dataclass(frozen=True)
class SchemaRef:
    """The schema that was checked against."""

    name: str
    version: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class FileRef:
    """The file as it was found; `size` in bytes.

    `sheets` are the tables that it offers, `sheet` the one that was checked; `container` is
    `gzip` or `zip` around it, `member` its name in there.
    """

    size: int = 0
    sha256: str = ""
    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    container: str | None = None
    member: str | None = None


@dataclass(frozen=True)
class Part:
    """One file of a package; `resource` is what it was recognised as, if anything."""

    name: str
    resource: str | None
    verdict: Verdict
    rows: int
    errors: int


@dataclass(frozen=True)
class Stats:
    """`errors` counts all, listed or not; `seconds` is wall time."""

    rows: int = 0
    fields: int = 0
    errors: int = 0
    rows_with_errors: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Result:
    """The outcome of one validation.

    `cause` says why there is no answer (`unreadable`, `failed`). `no_schema`: the file is a
    table, but none was declared and none fits; its verdict is then `unreadable`, since it
    could not be checked. `unit` is what `stats.rows` counts. `detection` is what the match
    said, for those who want to know. `parts` are the files of a package.
    """

    verdict: Verdict
    file: FileRef = field(default_factory=FileRef)
    schema: SchemaRef | None = None
    detected: bool = False
    no_schema: bool = False
    stats: Stats = field(default_factory=Stats)
    errors: Sequence[Finding] = ()
    warnings: tuple[Finding, ...] = ()
    errors_by_code: Mapping[str, int] = field(default_factory=dict)
    errors_by_field: Mapping[str, int] = field(default_factory=dict)
    truncated: bool = False
    cause: Finding | None = None
    unit: Literal["row", "object"] = "row"
    detection: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()
    engine_version: str = ENGINE_VERSION

    def to_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` gives the same result back."""
        return {
            "verdict": self.verdict,
            "file": _values(self.file),
            "schema": None if self.schema is None else _values(self.schema),
            "detected": self.detected,
            "no_schema": self.no_schema,
            "stats": _values(self.stats),
            "errors": [finding.to_json() for finding in self.errors],
            "warnings": [finding.to_json() for finding in self.warnings],
            "errors_by_code": dict(self.errors_by_code),
            "errors_by_field": dict(self.errors_by_field),
            "truncated": self.truncated,
            "cause": None if self.cause is None else self.cause.to_json(),
            "unit": self.unit,
            "detection": dict(self.detection),
            "parts": [_values(part) for part in self.parts],
            "engine_version": self.engine_version,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Result":
        """Raises `KeyError` or `TypeError` for what `to_json` never wrote."""
        schema, cause = facts["schema"], facts["cause"]
        return cls(
            **{
                **facts,
                "file": FileRef(
                    **{**facts["file"], "sheets": tuple(facts["file"].get("sheets", ()))}
                ),
                "schema": None if schema is None else SchemaRef(**schema),
                "stats": Stats(**facts["stats"]),
                "errors": tuple(map(Finding.from_json, facts["errors"])),
                "warnings": tuple(map(Finding.from_json, facts["warnings"])),
                "cause": None if cause is None else Finding.from_json(cause),
                "parts": tuple(Part(**part) for part in facts.get("parts", ())),
            }
        )


def _values(part: Any) -> dict[str, Any]:
    return {each.name: getattr(part, each.name) for each in fields(part)}
