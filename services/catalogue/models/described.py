"""A dataset with its present resources, as rows: stored ones, or such as are about to be.

What is computed of a dataset (index, scores, keys, events) is computed of these, so that a
message and what was stored by an earlier one go the same way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.catalogue.models.dataset import DatasetFacts, ResourceFacts

Row = Mapping[str, Any]
"""Columns of a table by name."""

DATASET_COLUMNS = (
    "id",
    "organization_id",
    "title",
    "description",
    "publisher_name",
    "publisher_siret",
    "license",
    "license_raw",
    "frequency",
    "temporal_start",
    "temporal_end",
    "spatial",
    "keywords",
    "themes",
    "issued",
    "modified",
    "contact_name",
    "contact_email",
    "archived",
    "duplicate_of",
    "territory_path",
    "schemas",
    "created_at",
)
RESOURCE_COLUMNS = (
    "id",
    "dataset_id",
    "title",
    "description",
    "url",
    "format",
    "mime",
    "size",
    "kind",
    "modified",
    "declared_schema",
    "availability",
    "verdict",
    "announced_verdict",
    "schema_name",
)


@dataclass(frozen=True, slots=True)
class Described:
    """`dataset` has at least `DATASET_COLUMNS`. Each of `resources`, in their order, has at least
    `RESOURCE_COLUMNS`, and of its present verdict, where it has one, `rows` and
    `rows_with_errors`; `answers`: whether its link did when it was followed.
    """

    dataset: Row
    resources: Sequence[Row]

    @property
    def id(self) -> UUID:
        """Of the dataset."""
        found: UUID = self.dataset["id"]
        return found


def dataset_facts(row: Row) -> DatasetFacts:
    """What its own row brings to the index of a dataset."""
    spatial = row["spatial"] or {}
    return DatasetFacts(
        id=row["id"],
        organization_id=row["organization_id"],
        title=row["title"],
        description=row["description"],
        publisher_name=row["publisher_name"],
        publisher_siret=row["publisher_siret"],
        keywords=tuple(row["keywords"]),
        themes=tuple(row["themes"]),
        zones=tuple(spatial.get("zones") or ()),
        spatial_name=spatial.get("name"),
        geometry=spatial.get("geometry"),
    )


def resource_facts(described: Described) -> list[ResourceFacts]:
    """What its resources bring to it."""
    return [
        ResourceFacts(described.id, one["title"], one["format"], one["verdict"], one["schema_name"])
        for one in described.resources
    ]
