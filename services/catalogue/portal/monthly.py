"""The monthly report of a member: one page that prints well."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from services.catalogue.api.dependencies import GivenDatabase
from services.catalogue.api.event_texts import event_title
from services.catalogue.api.quality_views import group_quality_view
from services.catalogue.models.quality import ScoreDay
from services.catalogue.operations.read_month import read_month
from services.catalogue.portal import charts
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.rendering import render

router = APIRouter()

ADVICE_SHOWN = 5


@router.get("/organisations/{organization_id}/rapport")
async def report(
    request: Request, organization_id: UUID, database: GivenDatabase, mois: str = ""
) -> Response:
    """What a member published in a month, what changed, what to do next."""
    today = datetime.now(UTC).date()
    first = _first_day(mois, today)
    month = await read_month(database, organization_id, first)
    language = language_of(request)
    owner = month.organization
    following = (first + timedelta(days=32)).replace(day=1)
    return render(
        request,
        "monthly.html",
        {
            "month": month,
            "title": language.month(first),
            "quality": group_quality_view(str(owner.id), owner.name, month.quality, language.code),
            "events": [(event, event_title(event, language.code)) for event in month.events],
            "chart": course(month.quality.days, language),
            "previous": (first - timedelta(days=1)).replace(day=1),
            "following": following if following <= today else None,
            "today": today,
            "advice_shown": ADVICE_SHOWN,
            "fictitious": month.fictitious,
        },
    )


def course(days: Sequence[ScoreDay], language: Language) -> Any:
    """The score of data.europa.eu and the conformity day by day, both out of 100."""
    if len(days) < 2:
        return ""
    mqa = [(one.day, None if one.mqa is None else round(one.mqa / 4.05, 1)) for one in days]
    conformity = [(one.day, one.conformity) for one in days]
    series = [
        charts.Series(language.text("dashboard.score.mqa"), mqa),
        charts.Series(language.text("dashboard.score.conformity"), conformity),
    ]
    return charts.lines(series, language, label=language.text("dashboard.scores"))


def _first_day(text: str, today: date) -> date:
    """The first day of a month written 2026-11; this month's without one. Raises 422."""
    if not text:
        return today.replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise HTTPException(422) from None
