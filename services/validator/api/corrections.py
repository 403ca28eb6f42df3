"""The corrected file of a report, and the list of what was changed in it."""

from contextlib import AsyncExitStack
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.background import BackgroundTask

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.negotiation import wanted_lang
from services.validator.engine.repair import render_correction

router = APIRouter()


@router.get(
    "/reports/{report_id}/corrected",
    summary="Le fichier corrigé",
    responses={200: {"content": {"text/csv": {}}, "description": "Le fichier, en CSV UTF-8"}},
)
async def get_corrected(
    report_id: UUID, request: Request, factory: FactoryDependency, lang: str = "fr"
) -> Response:
    """The file with what cannot be wrong mended; `?format=json` lists every change."""
    async with AsyncExitStack() as stack:
        file = await stack.enter_async_context(factory.corrector.corrected(report_id))
        if request.query_params.get("format") == "json":
            return JSONResponse(render_correction(file.correction, wanted_lang(lang)))
        # The file lives until the last byte is sent.
        kept = stack.pop_all()

    return FileResponse(
        file.path,
        media_type="text/csv; charset=utf-8",
        filename=file.name,
        headers={"X-Robots-Tag": "noindex"},
        background=BackgroundTask(kept.aclose),
    )
