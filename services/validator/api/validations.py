"""Have a file checked: the call that a commune's agent, a form or a script makes."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.links import job_path
from services.validator.api.negotiation import wanted_form, wanted_lang
from services.validator.api.reports import report_response
from services.validator.errors import InputMissingError
from services.validator.factory import Factory
from services.validator.models.checked_file import CheckedFile
from services.validator.operations.receive_file import receive_from_url, receive_upload
from services.validator.operations.submit import submit
from services.validator.operations.validate_now import validate_now
from shared.contracts.report import Report
from shared.contracts.validation import JobView
from shared.fetch.urls import checked_url
from shared.http.auth import identify
from shared.http.intake import Intake, read_intake

router = APIRouter()

_FIELDS: dict[str, Any] = {
    "schema": {
        "type": "string",
        "description": "Nom (`scdl/deliberations`, `…@2.1.5`) ou adresse ; détecté sinon",
    },
    "lang": {"type": "string", "enum": ["fr", "en"], "default": "fr"},
    "wait": {"type": "boolean", "default": True},
}
_URL = {"type": "string", "format": "uri", "description": "Adresse du fichier"}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "url": _URL,
                        **_FIELDS,
                    },
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["url"],
                    "properties": {"url": _URL, **_FIELDS},
                }
            },
        },
    }
}


@router.post(
    "/validate",
    response_model=Report,
    responses={202: {"model": JobView, "description": "Le contrôle est confié à une tâche"}},
    openapi_extra=_BODY,
    summary="Contrôler un fichier",
)
async def validate(request: Request, factory: FactoryDependency) -> Response:
    """200 with the report; 202 with the job's address when the file is large, the caller does
    not wait (`wait=false`), or too many others do; 429 beyond the caller's share.
    """
    principal = await identify(request)
    factory.share.take(request, principal)
    organization_id = principal.organization_id if principal else None
    async with read_intake(request, limit=factory.max_file_bytes) as intake:
        schema, wait = intake.text("schema"), intake.flag("wait", default=True)
        lang = wanted_lang(intake.text("lang"))
        url = intake.text("url")
        if schema:
            factory.chooser.refuse_unknown(schema)
        file = await _file(intake, url, factory, wait=wait)
    direct = wait and file is not None and file.size <= factory.direct_max_bytes
    if file is None or not direct or factory.waiting_room.locked():
        job_id = await submit(
            database=factory.database,
            schema=schema,
            organization_id=organization_id,
            file=file,
            url=url,
        )
        job = JobView(id=job_id, state="queued")
        return JSONResponse(
            job.model_dump(mode="json"), status_code=202, headers={"Location": job_path(job_id)}
        )
    async with factory.waiting_room:
        stored = await validate_now(
            file,
            schema=schema,
            organization_id=organization_id,
            checker=factory.checker,
            database=factory.database,
        )
    return report_response(stored, form=wanted_form(request), lang=lang)


async def _file(
    intake: Intake, url: str | None, factory: Factory, *, wait: bool
) -> CheckedFile | None:
    """The file in the store; None when a job is to fetch it."""
    if intake.upload is not None:
        return await receive_upload(
            intake.chunks(),
            name=intake.upload_name,
            limit=factory.max_file_bytes,
            store=factory.store,
        )
    if url is None:
        raise InputMissingError(
            "Joignez un fichier (champ « file ») ou donnez son adresse (champ « url »).",
            message_en="Send a file (field `file`) or its address (field `url`).",
        )
    if not wait:
        checked_url(url, allowed=factory.allowed_hosts)
        return None
    return await receive_from_url(
        url, limit=factory.max_file_bytes, fetcher=factory.fetcher, store=factory.store
    )
