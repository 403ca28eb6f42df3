"""The outcome of a correction, in no language: JSON between processes, worded when read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from services.validator.engine.findings import Finding
from services.validator.engine.repair.change import DEFAULT_MAX_CHANGES, Change, RuleCount
from services.validator.engine.version import ENGINE_VERSION

Outcome = Literal["written", "unreadable", "refused", "failed"]


@dataclass(frozen=True)
class RepairOptions:
    """`max_changes` of each kind are listed, all are counted.

    `former_names` gives the present name of columns that earlier versions of the schema
    named otherwise (see `former_names`).
    """

    max_changes: int = DEFAULT_MAX_CHANGES
    ignore_header_case: bool = False
    former_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Correction:
    """`written`: the sink holds the corrected file. Otherwise it is empty and `cause` says why.

    `refused`: the file is a table, but writing it anew could lose or worsen something.
    `rows` counts the data rows written. Errors are those of the engine, before and after.
    """

    outcome: Outcome
    rows: int = 0
    errors_before: int = 0
    errors_after: int = 0
    applied: tuple[Change, ...] = ()
    proposed: tuple[Change, ...] = ()
    counts: Mapping[str, RuleCount] = field(default_factory=dict)
    cause: Finding | None = None
    engine_version: str = ENGINE_VERSION

    @property
    def changed(self) -> bool:
        """Whether anything was changed."""
        return any(count.applied for count in self.counts.values())

    @property
    def truncated(self) -> bool:
        """Whether some changes were counted and not listed."""
        counted = sum(count.applied + count.proposed for count in self.counts.values())
        return counted > len(self.applied) + len(self.proposed)

    def to_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` gives the same correction back."""
        return {
            "outcome": self.outcome,
            "rows": self.rows,
            "errors_before": self.errors_before,
            "errors_after": self.errors_after,
            "applied": [change.to_json() for change in self.applied],
            "proposed": [change.to_json() for change in self.proposed],
            "counts": {rule: asdict(count) for rule, count in self.counts.items()},
            "cause": None if self.cause is None else self.cause.to_json(),
            "engine_version": self.engine_version,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Correction":
        """Raises `KeyError` or `TypeError` for what `to_json` never wrote."""
        cause = facts["cause"]
        return cls(
            **{
                **facts,
                "applied": tuple(map(Change.from_json, facts["applied"])),
                "proposed": tuple(map(Change.from_json, facts["proposed"])),
                "counts": {rule: RuleCount(**count) for rule, count in facts["counts"].items()},
                "cause": None if cause is None else Finding.from_json(cause),
            }
        )
