"""What a dataset brings to the stock that is counted day by day."""

from collections import Counter

from services.catalogue.models.described import Described, Row

ALL = "*"
"""In place of a schema: whatever it is."""


def state_of(described: Described) -> Row | None:
    """What a dataset counts as, None where it is shown by another one: once under `ALL` and once
    under each schema of its present resources, '' being that of those that follow none; and so
    many resources under each schema, with each verdict.

    Three columns of equal length; a number without a verdict is of datasets.
    """
    dataset = described.dataset
    if dataset["duplicate_of"] is not None:
        return None
    files = Counter((one["schema_name"] or "", one["verdict"]) for one in described.resources)
    numbers = {(ALL, ""): 1} | {(schema, ""): 1 for schema, _ in files} | files
    lines = sorted(numbers)
    return {
        "dataset_id": described.id,
        "organization_id": dataset["organization_id"],
        "territory_path": dataset["territory_path"],
        "schema_names": [schema for schema, _ in lines],
        "verdicts": [verdict for _, verdict in lines],
        "numbers": [numbers[line] for line in lines],
    }
