"""Badges of a dataset, an organisation, a territory or a schema: quality, conformity, verdict."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.catalogue.api.dependencies import GivenDatabase, ReaderLanguage
from services.catalogue.models.quality import Scope, Tally
from services.catalogue.models.wording import Language, wording
from services.catalogue.operations.directory import read_territory
from services.catalogue.operations.read_quality import (
    find_organization,
    read_dataset_quality,
    read_group_quality,
)
from services.catalogue.quality.criteria import MAXIMUM, Score
from services.catalogue.quality.mqa import band
from services.catalogue.quality.score import points_of
from shared.db import Database
from shared.http.badge import BadgeColour, badge_svg
from shared.http.conditional import conditional

router = APIRouter()

BadgeKind = Literal["quality", "conformity", "verdict"]
Kind = Annotated[BadgeKind, Query(description="Ce que dit le badge")]

_RATING = {
    "excellent": BadgeColour.GREEN,
    "good": BadgeColour.GREEN,
    "sufficient": BadgeColour.ORANGE,
    "bad": BadgeColour.RED,
}
_HALF = 50


@router.get("/datasets/{dataset_id}/badge.svg", summary="Badge d’un jeu", response_class=Response)
async def get_dataset_badge(
    request: Request,
    dataset_id: UUID,
    database: GivenDatabase,
    language: ReaderLanguage,
    kind: Kind = "quality",
) -> Response:
    """A small SVG with its text as title; `lang=en` for English."""
    scores = (await read_dataset_quality(database, dataset_id)).scores
    mqa = points_of(scores.earned, Score.MQA)
    conformity = points_of(scores.earned, Score.CONFORMITY)
    return _answer(request, kind, mqa, conformity, scores.tally, language)


@router.get(
    "/organizations/{key}/badge.svg", summary="Badge d’une organisation", response_class=Response
)
async def get_organization_badge(
    request: Request,
    key: str,
    database: GivenDatabase,
    language: ReaderLanguage,
    kind: Kind = "quality",
) -> Response:
    """Of all that the organisation publishes."""
    owner = await find_organization(database, key)
    return await _group(request, database, "organization", str(owner.id), kind, language)


@router.get(
    "/territories/{code}/badge.svg", summary="Badge d’un territoire", response_class=Response
)
async def get_territory_badge(
    request: Request,
    code: str,
    database: GivenDatabase,
    language: ReaderLanguage,
    kind: Kind = "quality",
) -> Response:
    """Of all that is published on the territory and below it."""
    place = await read_territory(database, code)
    return await _group(request, database, "territory", place.code, kind, language)


@router.get(
    "/schemas/{owner}/{name}/badge.svg", summary="Badge d’un schéma", response_class=Response
)
async def get_schema_badge(
    request: Request,
    owner: str,
    name: str,
    database: GivenDatabase,
    language: ReaderLanguage,
    kind: Kind = "quality",
) -> Response:
    """Of all datasets with a file of this schema."""
    return await _group(request, database, "schema", f"{owner}/{name}", kind, language)


async def _group(
    request: Request,
    database: Database,
    scope: Scope,
    key: str,
    kind: BadgeKind,
    language: Language,
) -> Response:
    scores = (await read_group_quality(database, scope, key)).scores
    return _answer(
        request, kind, scores.means["mqa"], scores.means["conformity"], scores.tally, language
    )


def _answer(
    request: Request,
    kind: BadgeKind,
    mqa: float | None,
    conformity: float | None,
    tally: Tally,
    language: Language,
) -> Response:
    value, colour = {
        "quality": lambda: _quality(mqa, language),
        "conformity": lambda: _conformity(conformity, language),
        "verdict": lambda: _verdict(tally, language),
    }[kind]()
    label = wording(language)[f"badge.{kind}"]
    return conditional(request, badge_svg(label, value, colour), media_type="image/svg+xml")


def _quality(points: float | None, language: Language) -> tuple[str, BadgeColour]:
    words = wording(language)
    if points is None:
        return words["badge.empty"], BadgeColour.GREY
    rated = band(int(points))
    return f"{int(points)}/{MAXIMUM[Score.MQA]} {words[f'band.{rated}'].lower()}", _RATING[rated]


def _conformity(points: float | None, language: Language) -> tuple[str, BadgeColour]:
    if points is None:
        return wording(language)["badge.none"], BadgeColour.GREY
    percent = f"{int(points)}%" if language == "en" else f"{int(points)}\u00a0%"
    if points >= MAXIMUM[Score.CONFORMITY]:
        return percent, BadgeColour.GREEN
    return percent, BadgeColour.ORANGE if points >= _HALF else BadgeColour.RED


def _verdict(tally: Tally, language: Language) -> tuple[str, BadgeColour]:
    words = wording(language)
    if not tally.judged:
        return words["badge.none"], BadgeColour.GREY
    if tally.valid == tally.judged:
        return words["badge.valid"], BadgeColour.GREEN
    told = words["badge.mixed"].format(valid=tally.valid, judged=tally.judged)
    return told, BadgeColour.ORANGE if tally.valid else BadgeColour.RED
