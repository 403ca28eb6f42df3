"""The validator, as the harvester and the portal call it."""

from uuid import UUID

from shared.clients.base import ServiceClient
from shared.contracts.report import Report
from shared.contracts.validation import JobView, ResourceValidationRequest

PREFIX = "/api/validator/v1"


class ValidatorClient(ServiceClient):
    """Asking for the validation of a resource needs a key with the scope `validate`."""

    service = "validateur"

    async def validate_resource(self, request: ResourceValidationRequest) -> JobView:
        """Ask for the validation of stored content; the verdict goes to the catalogue."""
        answer = await self.call("POST", f"{PREFIX}/resource-validations", body=request)
        return JobView.model_validate_json(answer.content)

    async def get_report(self, report_id: UUID, lang: str = "fr") -> Report:
        """One report in French or English. Raises `NotFoundError`."""
        answer = await self.call(
            "GET",
            f"{PREFIX}/reports/{report_id}",
            params={"lang": lang},
            headers={"Accept": "application/json"},
        )
        return Report.model_validate_json(answer.content)
