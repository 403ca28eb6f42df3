"""The catalogue, as the harvester and the validator call it."""

from shared.clients.base import ServiceClient
from shared.contracts.catalogue import BatchResult, DatasetBatch, VerdictBatch

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
