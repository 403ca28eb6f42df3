"""The validator, as the harvester and the portal call it."""

import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

import httpx2
from pydantic import TypeAdapter

from shared.clients.base import ServiceClient
from shared.contracts.excerpt import ReportExcerpt
from shared.contracts.report import Report
from shared.contracts.validation import (
    JobView,
    ResourceValidationBatch,
    ResourceValidationRequest,
)

PREFIX = "/api/validator/v1"
_REPORT_FORM = TypeAdapter(Report)
_REPORT = re.compile(r"/reports/([0-9a-f-]{36})")
_FETCH_SECONDS = 90.0
"""Longer than the validator gives a town's server to send its file."""


@dataclass(frozen=True)
class CheckStarted:
    """Where the answer to a check is: a report already, or a job that will make it."""

    report_id: UUID | None = None
    job_id: UUID | None = None


class ValidatorClient(ServiceClient):
    """Asking for the validation of a resource needs a key with the scope `validate`."""

    service = "validateur"

    async def validate_resource(self, request: ResourceValidationRequest) -> JobView:
        """Ask for the validation of stored content; the verdict goes to the catalogue."""
        answer = await self.call("POST", f"{PREFIX}/resource-validations", body=request)
        return JobView.model_validate_json(answer.content)

    async def check_file(
        self, content: BinaryIO, *, name: str, schema: str | None, lang: str
    ) -> CheckStarted:
        """Have a file checked, as a person does. Raises `UpstreamRefusal` with the reason."""
        answer = await self.call(
            "POST",
            f"{PREFIX}/validate",
            params={"lang": lang},
            form={"schema": schema or ""},
            files={"file": (name, content)},
            within=_FETCH_SECONDS,
        )
        return _started(answer)

    async def check_address(self, url: str, *, schema: str | None, lang: str) -> CheckStarted:
        """The same for a file on the web; the validator fetches it before it answers."""
        answer = await self.call(
            "POST",
            f"{PREFIX}/validate",
            params={"lang": lang},
            json={"url": url, "schema": schema},
            within=_FETCH_SECONDS,
        )
        return _started(answer)

    async def job(self, job_id: UUID) -> dict[str, Any]:
        """State, progress and report of a check. Raises `NotFoundError`."""
        answer = await self.call("GET", f"{PREFIX}/jobs/{job_id}")
        found: dict[str, Any] = answer.json()
        told = _REPORT.search(found.get("report_url") or "")
        return {**found, "report_id": UUID(told[1]) if told else None}

    async def validate_resources(self, batch: ResourceValidationBatch) -> None:
        """Ask for many validations at once: all are taken or none."""
        await self.call("POST", f"{PREFIX}/resource-validations/batch", body=batch)

    async def get_report(self, report_id: UUID, lang: str = "fr") -> Report:
        """One report in French or English. Raises `NotFoundError`."""
        answer = await self.call(
            "GET",
            f"{PREFIX}/reports/{report_id}",
            params={"lang": lang},
            headers={"Accept": "application/json"},
        )
        return _REPORT_FORM.validate_json(answer.content)

    async def excerpt(self, report_id: UUID, rows: Collection[int], around: int) -> ReportExcerpt:
        """These rows of the checked file and their neighbours."""
        answer = await self.call(
            "GET",
            f"{PREFIX}/reports/{report_id}/excerpt",
            params={"row": sorted(rows), "around": around},
            within=10,
        )
        return ReportExcerpt.model_validate_json(answer.content)

    async def correction(self, report_id: UUID, lang: str) -> dict[str, Any]:
        """What the corrected file changes. Raises `UpstreamRefusal` when there can be none."""
        answer = await self.call(
            "GET",
            f"{PREFIX}/reports/{report_id}/corrected",
            params={"format": "json", "lang": lang},
            within=_FETCH_SECONDS,
        )
        found: dict[str, Any] = answer.json()
        return found

    def corrected_file(self, report_id: UUID) -> AsyncIterator[bytes]:
        """The corrected file itself."""
        return self.download(f"{PREFIX}/reports/{report_id}/corrected")

    async def recognise(self, content: bytes, name: str) -> str | None:
        """The schema that a file of at most `MATCHED_MAX_BYTES` follows by its columns."""
        answer = await self.call(
            "POST", f"{PREFIX}/schemas/match/file", files={"file": (name, BytesIO(content))}
        )
        best = answer.json()["best"]
        return str(best["name"]) if best else None

    async def schemas(self) -> list[dict[str, Any]]:
        """Every schema of the register with its versions, without its columns."""
        answer = await self.call("GET", f"{PREFIX}/schemas")
        found: list[dict[str, Any]] = answer.json()["items"]
        return found

    async def schema(
        self, name: str, version: str | None = None, lang: str = "fr"
    ) -> dict[str, Any]:
        """One schema with the descriptor of one version. Raises `NotFoundError`."""
        params = {"lang": lang, **({"version": version} if version else {})}
        answer = await self.call("GET", f"{PREFIX}/schemas/{name}", params=params)
        found: dict[str, Any] = answer.json()
        return found


def _started(answer: httpx2.Response) -> CheckStarted:
    if answer.status_code == 202:
        return CheckStarted(job_id=JobView.model_validate_json(answer.content).id)
    told = _REPORT.search(answer.headers.get("content-location", ""))
    return CheckStarted(report_id=UUID(told[1]) if told else None)
