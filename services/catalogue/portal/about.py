"""What this site is, how to reuse it, and how accessible it is."""

from fastapi import APIRouter, Request, Response

from services.catalogue.operations.shipped import shipped_about
from services.catalogue.portal.rendering import render

router = APIRouter()


@router.get("/a-propos")
async def about(request: Request) -> Response:
    """What this site does, what the results mean, sources, privacy."""
    return render(request, "about.html", {"territory_data": shipped_about("territories")})


@router.get("/api")
async def reuse(request: Request) -> Response:
    """The API by examples that can be copied; the whole of it is under `/docs`."""
    return render(request, "api.html", {})


@router.get("/accessibilite")
async def accessibility(request: Request) -> Response:
    """The statement that the law of 11 February 2005 (article 47) and RGAA 4.1 ask for."""
    return render(request, "accessibility.html", {})
