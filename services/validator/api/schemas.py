"""What the API says and hears, beyond the shared contracts."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.validator.engine.patterns import patterns_in
from services.validator.engine.wording.render import Lang
from services.validator.engine.wording.shapes import shape
from services.validator.schemas.match import MatchResult, SchemaMatch
from services.validator.schemas.model import Schema, SchemaEntry
from shared.contracts.validation import JobView


class JobStatus(JobView):
    """A job with what it has told of its progress."""

    progress: dict[str, Any] = Field(default_factory=dict)


class SchemaVersionView(BaseModel):
    """One version and the address to cite."""

    version: str
    url: str | None = None


class SchemaSummary(BaseModel):
    """One schema of the register, versions from the newest."""

    name: str
    title: str
    kind: str
    latest: str
    labels: list[str]
    versions: list[SchemaVersionView]

    @classmethod
    def of(cls, entry: SchemaEntry) -> Self:
        """From the register's entry."""
        return cls(
            name=entry.name,
            title=entry.title,
            kind=entry.kind,
            latest=entry.latest,
            labels=list(entry.labels),
            versions=[
                SchemaVersionView(version=known.version, url=known.url) for known in entry.versions
            ],
        )


class SchemaList(BaseModel):
    """The register; it is short, so it comes whole, in the shape of any list."""

    items: list[SchemaSummary]
    next_cursor: None = None


class SchemaDetail(SchemaSummary):
    """One schema with the descriptor of one of its versions (Table Schema, JSON Schema or Data
    Package, as `kind` says). `shapes`: in words, those of its patterns that words make clearer.
    """

    version: str
    url: str | None
    descriptor: dict[str, Any]
    shapes: dict[str, str]

    @classmethod
    def of_version(cls, entry: SchemaEntry, schema: Schema, lang: Lang) -> Self:
        """From an entry and one of its versions."""
        said = {pattern: shape(pattern, lang) for pattern in patterns_in(schema.descriptor)}
        summary = SchemaSummary.of(entry)
        return cls(
            **summary.model_dump(),
            version=schema.version,
            url=schema.url,
            descriptor=schema.descriptor,
            shapes={pattern: words for pattern, words in said.items() if words},
        )


class MatchRequest(BaseModel):
    """The columns of a table and, where they help, a few of its rows."""

    model_config = ConfigDict(extra="forbid")

    columns: list[str] = Field(min_length=1, max_length=1000)
    rows: list[list[str]] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def _names_are_short(self) -> Self:
        if any(len(name) > 1000 for name in self.columns):
            raise ValueError("a column name has at most 1000 characters")
        return self


class SchemaMatchView(BaseModel):
    """How well one schema fits; `misspelt` pairs what is said with what was meant."""

    name: str
    version: str
    title: str
    score: float
    missing_required: list[str]
    missing: list[str]
    extra: list[str]
    misspelt: list[tuple[str, str]]

    @classmethod
    def of(cls, match: SchemaMatch) -> Self:
        """From the matcher's opinion."""
        return cls(
            name=match.name,
            version=match.version,
            title=match.title,
            score=match.score,
            missing_required=list(match.missing_required),
            missing=list(match.missing),
            extra=list(match.extra),
            misspelt=list(match.misspelt),
        )


class MatchView(BaseModel):
    """`best` is null when no schema is near enough; `reason` says why."""

    best: SchemaMatchView | None
    runner_up: SchemaMatchView | None
    reason: str

    @classmethod
    def of(cls, result: MatchResult) -> Self:
        """From the matcher's opinion."""
        return cls(
            best=SchemaMatchView.of(result.best) if result.best else None,
            runner_up=SchemaMatchView.of(result.runner_up) if result.runner_up else None,
            reason=result.reason,
        )
