"""What a dataset brings to the stock that is counted day by day."""

from collections.abc import Iterator

from services.catalogue.models.described import Described, Row

ALL = "*"
"""In place of a schema: whatever it is."""


def states_of(described: Described) -> Iterator[Row]:
    """A dataset counts once under `ALL` and once under each schema of its present resources, ''
    being that of those that follow none; each resource counts under its own, with its verdict.
    A dataset that is shown by another one does not count.
    """
    dataset = described.dataset
    if dataset["duplicate_of"] is not None:
        return
    common = {
        "dataset_id": described.id,
        "organization_id": dataset["organization_id"],
        "territory_path": dataset["territory_path"],
    }
    schemas = {ALL, *(one["schema_name"] or "" for one in described.resources)}
    for name in sorted(schemas):
        yield {**common, "resource_id": None, "schema_name": name, "verdict": ""}
    for one in described.resources:
        yield {
            **common,
            "resource_id": one["id"],
            "schema_name": one["schema_name"] or "",
            "verdict": one["verdict"],
        }
