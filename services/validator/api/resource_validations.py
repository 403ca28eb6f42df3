"""Validations that the harvester asks for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.jobs import public_state
from services.validator.api.links import job_path, report_url
from services.validator.operations.request_validation import request_validation, request_validations
from shared.access.models import Principal, Scope
from shared.contracts.validation import (
    JobView,
    ResourceValidationBatch,
    ResourceValidationRequest,
)
from shared.http.auth import require

router = APIRouter()


@router.post("/resource-validations", status_code=202)
async def validate_resource(
    request: ResourceValidationRequest,
    response: Response,
    factory: FactoryDependency,
    principal: Annotated[Principal, Depends(require(Scope.VALIDATE))],
) -> JobView:
    """Have a stored file checked for a resource of the catalogue; repeatable at will.

    The verdict is sent to the catalogue when it is known.
    """
    principal.must_own(request.organization_id)
    asked = await request_validation(
        request, database=factory.database, engine_version=factory.engine_version
    )
    response.headers["Location"] = job_path(asked.job_id)
    return JobView(
        id=asked.job_id,
        state=public_state(asked.state),
        report_url=report_url(factory.public_url, asked.report_id),
    )


@router.post("/resource-validations/batch", status_code=202)
async def validate_resources(
    batch: ResourceValidationBatch,
    factory: FactoryDependency,
    principal: Annotated[Principal, Depends(require(Scope.VALIDATE))],
) -> dict[str, int]:
    """Up to 500 requests at once, all or none; the verdicts are sent to the catalogue."""
    for request in batch.requests:
        principal.must_own(request.organization_id)
    await request_validations(
        batch.requests, database=factory.database, engine_version=factory.engine_version
    )
    return {"taken": len(batch.requests)}
