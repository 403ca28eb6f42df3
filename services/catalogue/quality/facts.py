"""What a dataset's scores are computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A present resource. `declared`: its portal names the schema; `schema_name` may also
    come from the validator, which knew it by its columns. `rows` and `rows_with_errors` are
    those of the last verdict on the present content; 0 when there is none.
    """

    url: str | None = None
    format: str | None = None
    mime: str | None = None
    size: int | None = None
    kind: str = "main"
    description: str | None = None
    modified: datetime | None = None
    availability: str = "unknown"
    verdict: str = "no-schema"
    declared: bool = False
    schema_name: str | None = None
    rows: int = 0
    rows_with_errors: int = 0


@dataclass(frozen=True, slots=True)
class QualityFacts:
    """A dataset. `dated`: a period is stated; `spatial`: so is where; `placed`: we know
    where, be it from its organisation; `first_seen` is when the catalogue first had it.
    """

    description: str | None = None
    keywords: Sequence[str] = ()
    themes: Sequence[str] = ()
    license: str | None = None
    license_raw: str | None = None
    frequency: str | None = None
    dated: bool = False
    spatial: bool = False
    placed: bool = False
    contact: bool = False
    issued: datetime | None = None
    modified: datetime | None = None
    first_seen: datetime | None = None
    resources: Sequence[ResourceFacts] = ()

    @property
    def main(self) -> list[ResourceFacts]:
        """Resources that hold the data: not their documentation, not the code."""
        return [one for one in self.resources if one.kind not in _BESIDE]

    def changed_at(self, now: datetime) -> datetime | None:
        """The last change that can be believed: of the dataset or of one of its files.

        Dates in the future are passed over; for want of any, when the dataset was issued,
        else first seen.
        """
        claimed = [self.modified, *(one.modified for one in self.main)]
        believed = [moment for moment in claimed if moment is not None and moment <= now]
        if believed:
            return max(believed)
        if self.issued is not None and self.issued <= now:
            return self.issued
        return self.first_seen


_BESIDE = frozenset({"documentation", "code"})


def facts_of(dataset: Mapping[str, Any], resources: Sequence[Mapping[str, Any]]) -> QualityFacts:
    """The facts in a dataset's row and in those of its present resources (`models.described`)."""
    spatial = dataset["spatial"] or {}
    declared = any(spatial.get(name) for name in ("zones", "geometry", "name"))
    return QualityFacts(
        description=dataset["description"],
        keywords=dataset["keywords"],
        themes=dataset["themes"],
        license=dataset["license"],
        license_raw=dataset["license_raw"],
        frequency=dataset["frequency"],
        dated=dataset["temporal_start"] is not None or dataset["temporal_end"] is not None,
        spatial=declared,
        placed=declared or bool(dataset["territory_path"]),
        contact=bool(dataset["contact_name"] or dataset["contact_email"]),
        issued=dataset["issued"],
        modified=dataset["modified"],
        first_seen=dataset["created_at"],
        resources=[_of_resource(one) for one in resources],
    )


def _of_resource(row: Mapping[str, Any]) -> ResourceFacts:
    declared = row["declared_schema"]
    availability = row["availability"]
    # A link that the harvester does not follow is followed by the periodic check.
    if availability == "unknown" and (answers := row["answers"]) is not None:
        availability = "available" if answers else "unavailable"
    return ResourceFacts(
        url=row["url"],
        format=row["format"],
        mime=row["mime"],
        size=row["size"],
        kind=row["kind"],
        description=row["description"],
        modified=row["modified"],
        availability=availability,
        verdict=row["verdict"],
        declared=declared is not None and bool(declared.get("name") or declared.get("url")),
        schema_name=row["schema_name"],
        rows=row["rows"] or 0,
        rows_with_errors=row["rows_with_errors"] or 0,
    )
