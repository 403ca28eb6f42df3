"""What an address would bring, without writing anything and without a server."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from services.harvester.connectors.contract import Connector, Getter, Site
from services.harvester.connectors.detect import detect
from services.harvester.connectors.registry import connector_of, connectors
from shared.contracts.records import DatasetRecord

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
    """`{"kind", "datasets", "resources", "sample", "warnings"}`, JSON-able.

    Lists up to 50 pages. Raises `UnknownKindError`, `PortalUnreachable` or
    `PortalRefusedError` when there is nothing to show.
    """
    known = connectors() if known is None else known
    site = Site(url, now or datetime.now(UTC), config or {})
    connector = connector_of(kind, known) if kind else await detect(site, getter, known)
    records: dict[str, DatasetRecord] = {}
    warnings: dict[str, None] = {}
    resources = pages = 0
    async for page in connector.pages(site, getter):
        pages += 1
        for record in page.records:
            if record.remote_id not in records:
                resources += len(record.resources)
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
        "sample": [
            record.model_dump(mode="json") for record in list(records.values())[:SAMPLE_SIZE]
        ],
        "warnings": list(warnings)[:_WARNINGS_LIMIT],
    }


def _without_content(record: DatasetRecord) -> DatasetRecord:
    return DatasetRecord(remote_id=record.remote_id, title=record.title)
