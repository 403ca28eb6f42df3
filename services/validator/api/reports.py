"""Reports: one address each, three forms, two languages."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.validator.api.dependencies import FactoryDependency
from services.validator.api.links import report_path
from services.validator.api.negotiation import Form, wanted_form, wanted_lang
from services.validator.engine.rendering.html import render_html
from services.validator.engine.rendering.table import render_csv
from services.validator.engine.wording.render import Lang
from services.validator.operations.read_report import in_words, read_report
from services.validator.storage.stored_report import StoredReport
from shared.contracts.report import Report, report_json

router = APIRouter()

# The page carries its own style and needs nothing else from anywhere.
_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


@router.get(
    "/reports/{report_id}",
    response_model=Report,
    responses={
        200: {
            "content": {"text/html": {}, "text/csv": {}},
            "description": "JSON, une page pour un agent, ou une ligne par erreur",
        }
    },
)
async def get_report(
    report_id: UUID, request: Request, factory: FactoryDependency, lang: str = "fr"
) -> Response:
    """The report as `Accept` (or `?format=json|html|csv`) asks."""
    stored = await read_report(report_id, database=factory.database)
    return report_response(stored, form=wanted_form(request), lang=wanted_lang(lang))


def report_response(stored: StoredReport, *, form: Form, lang: Lang) -> Response:
    """The report with its own address, under which it stays."""
    report = in_words(stored, lang)
    headers = {
        "Content-Location": f"{report_path(stored.id)}?lang={lang}",
        "Content-Language": lang,
        "Vary": "Accept",
        # Whoever has the link may read it; search engines have no business there.
        "Cache-Control": "private, max-age=300",
        "X-Robots-Tag": "noindex",
    }
    if form == "html":
        headers["Content-Security-Policy"] = _PAGE_POLICY
        return Response(
            render_html(report, lang), media_type="text/html; charset=utf-8", headers=headers
        )
    if form == "csv":
        headers["Content-Disposition"] = f'attachment; filename="rapport-{stored.id}.csv"'
        # The mark makes French spreadsheets read the accents.
        return Response(
            "\ufeff" + render_csv(report, lang),
            media_type="text/csv; charset=utf-8",
            headers=headers,
        )
    return Response(report_json(report), media_type="application/json", headers=headers)
