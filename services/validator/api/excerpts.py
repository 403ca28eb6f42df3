"""Rows of a checked file, as a report's page shows them around its errors."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.validator.api.dependencies import FactoryDependency
from shared.contracts.excerpt import ReportExcerpt

router = APIRouter()


@router.get("/reports/{report_id}/excerpt", summary="Des lignes du fichier contrôlé")
async def get_excerpt(
    report_id: UUID,
    response: Response,
    factory: FactoryDependency,
    row: Annotated[
        list[int], Query(description="Lignes voulues, comptées comme dans le rapport")
    ] = [],  # noqa: B006 – FastAPI copies it
    around: Annotated[int, Query(ge=0, le=5, description="Lignes voisines montrées")] = 1,
) -> ReportExcerpt:
    """The labels of the table, and the rows asked for with their neighbours, as texts."""
    excerpt = await factory.excerpts.around(report_id, row, around=around)
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return ReportExcerpt.model_validate(excerpt, from_attributes=True)
