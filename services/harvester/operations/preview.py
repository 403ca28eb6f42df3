"""What an address would bring, without writing anything and without a server."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from services.harvester.connectors.contract import Connector, Getter, Site
from services.harvester.connectors.detect import detect
from services.harvester.connectors.registry import check_config, connector_of, connectors
from services.harvester.models.files import promises_a_table
from shared.contracts.records import DatasetRecord, ResourceRecord, SchemaReference

SAMPLE_SIZE = 20
PAGES_LIMIT = 50
_WARNINGS_LIMIT = 50


async def preview(
    url: str,
    *,
    getter: Getter,
    kind: str | None = None,
    config: Mapping[str, Any] | None = None,
    known: tuple[Connector, ...] | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """`{"kind", "datasets", "resources", "schemas", "tables_without_schema", "sample",
    "warnings"}`, JSON-able.

    `schemas` counts tables by the schema that the portal declares; the validator looks for
    that of the others by their columns. Lists up to 50 pages. Raises `UnknownKindError`,
    `PortalUnreachable` or `PortalRefusedError` when there is nothing to show, and
    `InvalidInputError` for an option that the kind does not know.
    """
    known = connectors() if known is None else known
    site = Site(url, now or datetime.now(UTC), config or {})
    connector = connector_of(kind, known) if kind else await detect(site, getter, known)
    check_config(connector, site.config)
    records: dict[str, DatasetRecord] = {}
    schemas: Counter[str] = Counter()
    undeclared = 0
    warnings: dict[str, None] = {}
    resources = pages = 0
    async for page in connector.pages(site, getter):
        pages += 1
        for record in page.records:
            if record.remote_id not in records:
                resources += len(record.resources)
                schemas.update(_declared(record))
                undeclared += sum(
                    _reference(record, each) is None and promises_a_table(each) is not False
                    for each in record.resources
                )
                # The whole portal is counted, its first datasets only are kept whole.
                kept = record if len(records) < SAMPLE_SIZE else _without_content(record)
                records[record.remote_id] = kept
        warnings |= dict.fromkeys(page.warnings)
        warnings |= dict.fromkeys(
            f"{entry.title or entry.remote_id or 'Entrée sans titre'} : {entry.reason}"
            for entry in page.rejected
        )
        if pages == PAGES_LIMIT and page.cursor:
            warnings[f"Aperçu limité à {PAGES_LIMIT} pages : le portail en contient davantage."] = (
                None
            )
            break
    return {
        "kind": connector.kind,
        "datasets": len(records),
        "resources": resources,
        "schemas": dict(sorted(schemas.items(), key=lambda each: (-each[1], each[0]))),
        "tables_without_schema": undeclared,
        "sample": [
            record.model_dump(mode="json") for record in list(records.values())[:SAMPLE_SIZE]
        ],
        "warnings": list(warnings)[:_WARNINGS_LIMIT],
    }


def _declared(record: DatasetRecord) -> Iterator[str]:
    for resource in record.resources:
        reference = _reference(record, resource)
        if reference and promises_a_table(resource) is not False:
            yield reference.name or reference.url or ""


def _reference(record: DatasetRecord, resource: ResourceRecord) -> SchemaReference | None:
    return resource.schema_ref or record.schema_ref


def _without_content(record: DatasetRecord) -> DatasetRecord:
    return DatasetRecord(remote_id=record.remote_id, title=record.title)
