"""The catalogue, as the harvester, the validator and the command line call it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID

from shared.clients.base import ServiceClient
from shared.contracts.catalogue import BatchResult, DatasetBatch, TableBatch, VerdictBatch

PREFIX = "/api/catalogue/v1"


class CatalogueClient(ServiceClient):
    """Writes need a key with the scope `catalogue`. Every call may be repeated."""

    service = "catalogue"

    async def upsert_datasets(self, batch: DatasetBatch) -> BatchResult:
        """Store datasets with their resources: all or none."""
        answer = await self.call("POST", f"{PREFIX}/datasets/batch", body=batch)
        return BatchResult.model_validate_json(answer.content)

    async def report_verdicts(self, batch: VerdictBatch) -> None:
        """Store the validator's verdicts: all or none."""
        await self.call("POST", f"{PREFIX}/verdicts", body=batch)

    async def report_tables(self, batch: TableBatch) -> None:
        """Tell of the typed tables of resources: all or none."""
        await self.call("POST", f"{PREFIX}/tables", body=batch)

    async def declare(self, organization: UUID, facts: Mapping[str, Any]) -> None:
        """Note what is said of a member (agents, commitment, contact); other fields stay."""
        address = f"{PREFIX}/organizations/{organization}/declaration"
        await self.call("PATCH", address, json=dict(facts))

    async def note(self, organization: UUID, initiative: Mapping[str, Any]) -> None:
        """Note what a member did for a phase: `phase`, `title`, `url`, `on_day`."""
        address = f"{PREFIX}/organizations/{organization}/initiatives"
        await self.call("POST", address, json=dict(initiative))

    async def obligations(self, territory: str | None = None) -> list[dict[str, Any]]:
        """Where every commune of a territory stands, or every member."""
        params = {"territory": territory} if territory else {}
        answer = await self.call("GET", f"{PREFIX}/obligations", params=params)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def search(self, **params: Any) -> dict[str, Any]:
        """One page of a search, as the API gives it: hits, total, facets, next_cursor."""
        answer = await self.call("GET", f"{PREFIX}/datasets", params=params)
        page: dict[str, Any] = answer.json()
        return page

    async def statistics(self) -> dict[str, Any]:
        """Counts by verdict, schema, organisation and territory."""
        answer = await self.call("GET", f"{PREFIX}/stats")
        counts: dict[str, Any] = answer.json()
        return counts

    def export(self, document: str, **params: Any) -> AsyncIterator[bytes]:
        """A whole list as CSV (`datasets.csv`, `stats.csv`), in chunks."""
        return self.download(f"{PREFIX}/{document}", params=params)
