"""Typed tables as the validator would announce them, made by the validator's own code."""

import io
from pathlib import Path
from typing import Any

from services.validator.adapters.parquet import write_table
from services.validator.engine.schema import compile_schema
from services.validator.engine.tabulation import tabulate
from shared.access.models import Organization
from shared.contracts.catalogue import TableReport
from shared.store import DiskStore, one_chunk
from tests.integration.catalogue.builders import CRETEIL, NOW, content, key

SCHEMA = {
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "nom", "type": "string"},
        {"name": "montant", "type": "number"},
    ],
    "primaryKey": "id",
}


async def announced(
    folder: Path, name: str, text: str, *, owner: Organization = CRETEIL, **values: Any
) -> TableReport:
    """The table of a file, put into the store, and what is told of it for `name/a`."""
    path = folder / "table.parquet"
    stream = io.BytesIO(text.encode())
    schema = compile_schema(values.pop("descriptor", SCHEMA))
    facts = write_table(tabulate(stream, "a.csv", schema, max_rows=10**6), path, max_rows=10**6)
    stored = await DiskStore(folder).put(one_chunk(path.read_bytes()), limit=10**9)
    given: dict[str, Any] = {
        "resource_id": key(name, "a"),
        "organization_id": owner.id,
        "report_id": key("report", name),
        "content_sha256": content("v1"),
        "table_sha256": stored.sha256,
        "schema_name": "essai/montants",
        "schema_version": "1.0",
        "checked_at": NOW,
        **facts.to_json(),
        **values,
    }
    return TableReport.model_validate(given)
