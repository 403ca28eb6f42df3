"""What a correction changed or proposes, in no language, and the book that keeps it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from services.validator.engine.findings import CELL_LIMIT

Kind = Literal["applied", "proposed"]
DEFAULT_MAX_CHANGES = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """One change, made (`applied`) or left to a person (`proposed`).

    `row`, `line` and `column` are places of the file as it came; a change of the whole file
    has none. `after` is None where nothing can be proposed; the wording then says why.
    """

    rule: str
    kind: Kind = "applied"
    reason: str = ""
    row: int | None = None
    line: int | None = None
    column: int | None = None
    field: str | None = None
    before: str | None = None
    after: str | None = None
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """JSON values only; `from_json` gives the same change back."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Change":
        """The inverse of `to_json`."""
        return cls(**facts)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many changes one rule made and proposed, listed or not."""

    applied: int = 0
    proposed: int = 0


class ChangeBook:
    """Counts every change, keeps the first `max_changes` of each kind.

    `gains` counts the applied changes that must take at least one error away.
    """

    def __init__(self, max_changes: int) -> None:
        self._max = max_changes
        self._counts: dict[str, RuleCount] = {}
        self.applied: list[Change] = []
        self.proposed: list[Change] = []
        self.gains = 0

    def add(self, change: Change, *, gain: bool = False) -> None:
        """Count the change and keep it if there is room."""
        before = self._counts.get(change.rule, RuleCount())
        if change.kind == "applied":
            kept = self.applied
            self._counts[change.rule] = replace(before, applied=before.applied + 1)
            self.gains += gain
        else:
            kept = self.proposed
            self._counts[change.rule] = replace(before, proposed=before.proposed + 1)
        if len(kept) < self._max:
            kept.append(_shortened(change))

    @property
    def counts(self) -> dict[str, RuleCount]:
        """By rule, in alphabetical order."""
        return dict(sorted(self._counts.items()))


def _shortened(change: Change) -> Change:
    return replace(change, before=_short(change.before), after=_short(change.after))


def _short(text: str | None) -> str | None:
    if text is None or len(text) <= CELL_LIMIT:
        return text
    return text[: CELL_LIMIT - 1] + "…"
