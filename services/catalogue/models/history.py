"""How a verdict enters the history of a resource. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from shared.contracts.catalogue import VerdictReport


@dataclass(frozen=True)
class Line:
    """A stretch of time during which a resource had one verdict on one content.

    `id` is None until it is stored. `report_id` and the counts are those of the last check.
    """

    id: int | None
    report_id: UUID
    content_sha256: str
    verdict: str
    summary: str
    schema_name: str | None
    schema_version: str | None
    detected: bool
    rows: int
    errors: int
    rows_with_errors: int
    engine_version: str
    first_seen_at: datetime
    checked_at: datetime

    def says_the_same_as(self, other: "Line") -> bool:
        """Same verdict, on the same content, by the same schema and engine."""
        return all(getattr(self, name) == getattr(other, name) for name in _SAYS)


_SAYS = ("verdict", "content_sha256", "schema_name", "schema_version", "engine_version")

Change = tuple[Literal["insert", "update"], Line]


def line_of(report: VerdictReport) -> Line:
    """The history line that one verdict alone would make."""
    return Line(
        id=None,
        first_seen_at=report.checked_at,
        **report.model_dump(exclude={"resource_id", "organization_id"}),
    )


def enter(lines: Sequence[Line], new: Line) -> Change | None:
    """What a verdict changes in a history (oldest first); None when it was known.

    It lengthens the stretch before it or, told late, the one after it when they say the
    same; otherwise it is a stretch of its own. A message that comes twice, or a check that
    confirms what was known, adds no line.
    """
    before = [line for line in lines if line.first_seen_at <= new.first_seen_at]
    after = [line for line in lines if line.first_seen_at > new.first_seen_at]
    if any(line.says_the_same_as(new) and line.checked_at >= new.checked_at for line in before):
        return None
    if before and before[-1].says_the_same_as(new):
        return "update", replace(new, id=before[-1].id, first_seen_at=before[-1].first_seen_at)
    if after and after[0].says_the_same_as(new):
        return "update", replace(after[0], first_seen_at=new.first_seen_at)
    return "insert", new
