"""The badge of a report or of a resource."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.validator.api.badge import verdict_badge
from services.validator.api.dependencies import FactoryDependency
from services.validator.api.negotiation import wanted_lang
from services.validator.errors import InputMissingError
from services.validator.operations.read_report import verdict_of_report, verdict_of_resource
from shared.http.conditional import conditional

router = APIRouter()


@router.get(
    "/badge.svg",
    responses={200: {"content": {"image/svg+xml": {}}}, 304: {"description": "Inchangé"}},
    response_class=Response,
)
async def badge(
    request: Request,
    factory: FactoryDependency,
    resource: Annotated[UUID | None, Query(description="Ressource du catalogue")] = None,
    report: Annotated[UUID | None, Query(description="Rapport")] = None,
    lang: str = "fr",
) -> Response:
    """The last verdict as an image; a resource never checked says so."""
    if report is not None:
        last = await verdict_of_report(report, database=factory.database)
    elif resource is not None:
        last = await verdict_of_resource(resource, database=factory.database)
    else:
        raise InputMissingError(
            "Précisez de quoi le badge est demandé : « resource » ou « report ».",
            message_en="Say what the badge is for: `resource` or `report`.",
        )
    image = verdict_badge(
        last.verdict, errors=last.errors, schema=last.schema, lang=wanted_lang(lang)
    )
    return conditional(request, image, media_type="image/svg+xml")
