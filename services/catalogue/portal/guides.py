"""The documentary base: guides and tutorials by phase and audience."""

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenDatabase, GivenIndex
from services.catalogue.models.guide import Audience, Guide
from services.catalogue.models.wording import wording
from services.catalogue.operations.guides import read_guides, read_one_guide, search_guides
from services.catalogue.portal.language import language_of
from services.catalogue.portal.rendering import render

router = APIRouter()

_MOST_FOUND = 50
PHASES = range(1, 7)


@router.get("/ressources")
async def guides(
    request: Request,
    database: GivenDatabase,
    index: GivenIndex,
    q: str = "",
    phase: str = "",
    public: str = "",
) -> Response:
    """The guides that fit, under the phases that they serve."""
    words = q.strip()[:200]
    audience = Audience(public) if public in set(Audience) else None
    number = int(phase) if phase in map(str, PHASES) else None
    code = language_of(request).code
    found = await read_guides(database, code, phase=number, audience=audience)
    if words:
        ranked = [one.slug for one in await search_guides(index, words, code, _MOST_FOUND)]
        by_slug = {guide.slug: guide for guide in found}
        found = [by_slug[slug] for slug in ranked if slug in by_slug]
    texts = wording(code)
    return render(
        request,
        "guides.html",
        {
            "guides": found,
            "groups": [] if words else _by_phase(found),
            "phases": {number: texts[f"phase.{number}"] for number in PHASES},
            "audiences": [one.value for one in Audience],
            "q": words,
            "phase": number,
            "audience": audience.value if audience else "",
        },
    )


@router.get("/ressources/{slug}")
async def guide(request: Request, slug: str, database: GivenDatabase) -> Response:
    """One guide, with the others of its phase."""
    code = language_of(request).code
    found = await read_one_guide(database, slug, code)
    others = await read_guides(database, code, phase=found.phase) if found.phase else []
    texts = wording(code)
    return render(
        request,
        "guide.html",
        {
            "guide": found,
            "phase": texts[f"phase.{found.phase}"] if found.phase else "",
            "others": [other for other in others if other.slug != found.slug],
        },
    )


def _by_phase(guides: list[Guide]) -> list[tuple[int | None, list[Guide]]]:
    return [
        (number, own)
        for number in (*PHASES, None)
        if (own := [guide for guide in guides if guide.phase == number])
    ]
