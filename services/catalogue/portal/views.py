"""Pages made for the schemas of the socle: a week of menus, a budget, places on a map …

Each shows the rows without error of one file, says so, and leads back to the dataset.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.models.schema_names import schema_label
from services.catalogue.operations.read_dataset import read_resource
from services.catalogue.operations.views import (
    budget,
    decisions,
    first_names,
    grants,
    menus,
    places,
)
from services.catalogue.operations.views.source import ViewSource, neighbours, open_source
from services.catalogue.portal import charts
from services.catalogue.portal.kinds import VIEW_KINDS
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.prose import safe_url
from services.catalogue.portal.rendering import render
from services.catalogue.resources import Resources
from shared.errors import NotFoundError
from shared.zone import PARIS

router = APIRouter()

NUMBERED = 60
"""Places that can be told apart by numbers on a map."""

Values = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a view is made from: its table, the reader's parameters and language."""

    source: ViewSource
    resources: Resources
    parameters: Mapping[str, str]
    several: Callable[[str], list[str]]
    language: Language

    def get(self, name: str) -> str | None:
        """A parameter, None when it is empty; no null characters, no more than 200."""
        value = self.parameters.get(name, "").replace("\x00", "").strip()[:200]
        return value or None


Builder = Callable[[Asked], Awaitable[Values]]


@router.get("/vues/{resource_id}")
async def view(request: Request, resource_id: UUID, resources: GivenResources) -> Response:
    """The view made for the schema of a resource's table."""
    source = await open_source(resources.database, resources.store, resource_id)
    kind = view_kind(source)
    if kind is None:
        raise NotFoundError(
            "Il n’y a pas de vue pour ce fichier : son tableau se lit sur la page du jeu.",
            message_en="There is no view for this file: its table is on the dataset's page.",
        )
    dataset, resource = await read_resource(resources.database, resource_id)
    language = language_of(request)
    asked = Asked(source, resources, request.query_params, request.query_params.getlist, language)
    shown = await _BUILDERS[kind](asked)
    return render(
        request,
        f"views/{kind}.html",
        {
            "dataset": dataset,
            "resource": resource,
            "table": source.table,
            "label": schema_label(source.table.schema_name or "", language.code),
            "here": f"/vues/{resource_id}",
            "parameters": {
                name: values[0] if len(values) == 1 else values
                for name in request.query_params
                if name != "lang" and (values := request.query_params.getlist(name))
            },
            "fictitious": dataset.fictitious,
            **shown,
        },
    )


def view_kind(source: ViewSource) -> str | None:
    """Which view a table has; None: the generic table is all there is to see."""
    known = VIEW_KINDS.get(source.table.schema_name or "")
    if known:
        return known
    return "places" if places.columns_of(source) else None


async def _menus(asked: Asked) -> Values:
    today = datetime.now(PARIS).date()
    avoided = asked.several("sans")
    dishes = await neighbours(
        asked.resources.database, asked.resources.store, asked.source, menus.DISHES
    )
    week = await menus.read_week(
        asked.source,
        dishes,
        today=today,
        asked=_day(asked.get("semaine")),
        restaurant=asked.get("restaurant"),
        avoided=avoided,
    )
    return {"week": week, "avoided": avoided, "today": today}


def _day(text: str | None) -> date | None:
    """A day of a week given as 2026-11-30; None when it is not one."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


async def _grants(asked: Asked) -> Values:
    words = asked.get("q")
    found = await grants.read_grants(asked.source, year=asked.get("annee"), words=words)
    title = asked.language.text("views.grants.by_year")
    by_year = [(total.label, float(total.amount)) for total in found.years]
    return {
        "grants": found,
        "q": words or "",
        "chart": charts.columns(by_year, asked.language, label=title),
        "largest": max((float(total.amount) for total in found.beneficiaries), default=0) or 1,
    }


async def _budget(asked: Asked) -> Values:
    found = await budget.read_budget(
        asked.source,
        year=asked.get("annee"),
        stage=asked.get("etape"),
        section=asked.get("section"),
    )
    lines = found.lines if found else ()
    largest = max((float(max(line.spending, line.income)) for line in lines), default=0) or 1
    return {"budget": found, "largest": largest}


async def _places(asked: Asked) -> Values:
    columns = places.columns_of(asked.source)
    assert columns is not None  # noqa: S101 – `view_kind` has looked
    words = asked.get("q")
    found = await places.read_places(asked.source, columns, kind=asked.get("type"), words=words)
    drawn = [charts.Place(p.longitude, p.latitude, _told(p)) for p in found.points]
    label = asked.language.count("views.places.drawn", len(drawn))
    return {
        "places": found,
        "listed": found.points[: places.MOST_LISTED],
        "q": words or "",
        "chart": charts.points(drawn, label=label, numbered=len(drawn) <= NUMBERED),
    }


def _told(point: places.Point) -> str:
    parts = dict.fromkeys(part for part in (point.name, point.kind, point.address) if part)
    return " – ".join(parts)


async def _first_names(asked: Asked) -> Values:
    typed = [name for text in asked.several("prenom") for name in text.split(",")]
    found = await first_names.read_first_names(
        asked.source, year=asked.get("annee"), names=typed[:20]
    )
    return {
        "names": found,
        "typed": ", ".join(name.strip() for name in typed if name.strip()),
        "chart": _course(found, asked.language) if found else "",
    }


def _course(found: first_names.FirstNames, language: Language) -> Any:
    days = [date(int(year), 1, 1) for year in found.years if year.isdigit()]
    series = [
        charts.Series(one.name.capitalize(), list(zip(days, map(float, one.numbers), strict=False)))
        for one in found.followed
    ]
    return charts.lines(series, language, label=language.text("views.names.course"))


async def _decisions(asked: Asked) -> Values:
    words = asked.get("q")
    page = asked.get("page") or "1"
    found = await decisions.read_decisions(
        asked.source,
        words=words,
        year=asked.get("annee"),
        matter=asked.get("matiere"),
        page=int(page) if page.isdigit() and len(page) < 7 else 1,
    )
    links = {one.id: safe_url(one.url) for one in found.found if one.url}
    return {"decisions": found, "q": words or "", "links": links}


_BUILDERS: Mapping[str, Builder] = MappingProxyType(
    {
        "menus": _menus,
        "grants": _grants,
        "budget": _budget,
        "places": _places,
        "names": _first_names,
        "decisions": _decisions,
    }
)
