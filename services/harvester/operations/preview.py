"""What an address would bring, without writing anything and without a server."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.harvester.connectors.contract import Connector, Getter, Page, Site
from services.harvester.connectors.detect import detect
from services.harvester.connectors.registry import check_config, connector_of, connectors
from services.harvester.models.datasets import schema_of
from services.harvester.models.files import promises_a_table
from services.harvester.models.sources import check_address
from services.harvester.operations.recognise import Recogniser, by_how_many, recognise_tables
from shared.contracts.records import DatasetRecord

_SAMPLE_SIZE = 20
_PAGES_LIMIT = 50
_WARNINGS_LIMIT = 50


@dataclass
class _Seen:
    """What the pages of a listing showed, each dataset once; the first are kept whole."""

    records: dict[str, DatasetRecord] = field(default_factory=dict)
    resources: int = 0
    schemas: Counter[str] = field(default_factory=Counter)
    undeclared: int = 0
    warnings: dict[str, None] = field(default_factory=dict)

    def add(self, page: Page) -> None:
        for record in page.records:
            if record.remote_id not in self.records:
                self._count(record)
                kept = record if len(self.records) < _SAMPLE_SIZE else _without_content(record)
                self.records[record.remote_id] = kept
        self.warnings |= dict.fromkeys(page.warnings)
        self.warnings |= dict.fromkeys(
            f"{entry.title or entry.remote_id or 'Entrée sans titre'} : {entry.reason}"
            for entry in page.rejected
        )

    def _count(self, record: DatasetRecord) -> None:
        self.resources += len(record.resources)
        for resource in record.resources:
            if promises_a_table(resource) is False:
                continue
            if reference := schema_of(record, resource):
                self.schemas[reference.name or reference.url or ""] += 1
            else:
                self.undeclared += 1


async def preview(
    url: str,
    *,
    getter: Getter,
    recogniser: Recogniser,
    kind: str | None = None,
    config: Mapping[str, Any] | None = None,
    known: tuple[Connector, ...] | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """What `shared.contracts.harvest.Preview` has, JSON-able.

    Lists up to 50 pages, then asks for the first tables whose schema nobody declares, within a
    minute (`recognise_tables`): a portal or a `recogniser` that is away for these, or too slow,
    is a warning. Raises `UnknownKindError`, `PortalUnreachable` or `PortalRefusedError` when
    there is nothing to show, and `InvalidInputError` for what is no address of a portal or an
    option that the kind does not know.
    """
    check_address(url)
    known = connectors() if known is None else known
    site = Site(url, now or datetime.now(UTC), config or {})
    connector = connector_of(kind, known) if kind else await detect(site, getter, known)
    check_config(connector, site.config)
    seen = await _listed(connector, site, getter)
    sample = list(seen.records.values())[:_SAMPLE_SIZE]
    recognised, doubt = await recognise_tables(sample, getter=getter, recogniser=recogniser)
    return {
        "kind": connector.kind,
        "datasets": len(seen.records),
        "resources": seen.resources,
        "schemas": by_how_many(seen.schemas),
        "tables_without_schema": seen.undeclared,
        "recognised": recognised,
        "sample": [record.model_dump(mode="json") for record in sample],
        "warnings": [*([doubt] if doubt else []), *seen.warnings][:_WARNINGS_LIMIT],
    }


async def _listed(connector: Connector, site: Site, getter: Getter) -> _Seen:
    seen, pages = _Seen(), 0
    async for page in connector.pages(site, getter):
        pages += 1
        seen.add(page)
        if pages == _PAGES_LIMIT and page.cursor:
            cut = f"Aperçu limité à {_PAGES_LIMIT} pages : le portail en contient davantage."
            seen.warnings[cut] = None
            break
    return seen


def _without_content(record: DatasetRecord) -> DatasetRecord:
    return DatasetRecord(remote_id=record.remote_id, title=record.title)
