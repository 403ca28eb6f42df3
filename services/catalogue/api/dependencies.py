"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Query, Request

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.wording import Language
from services.catalogue.resources import Resources
from shared.access.models import Principal, Scope
from shared.db import Database
from shared.http.auth import require
from shared.http.problem import wants_english


async def resources(request: Request) -> Resources:
    """The resources of the running application."""
    found: Resources = request.app.state.resources
    return found


async def database(request: Request) -> Database:
    """The pool of the running application."""
    return (await resources(request)).database


async def reader_language(request: Request) -> Language:
    """English when the address or the caller asks for it, else French."""
    return "en" if wants_english(request) else "fr"


async def file_language(request: Request) -> Language:
    """English only when the address asks for it: programs read a file by its column names, and
    a browser's own language must not change them.
    """
    return "en" if request.query_params.get("lang") == "en" else "fr"


async def index(request: Request) -> LiveIndex:
    """The search index of this process."""
    return (await resources(request)).index


GivenDatabase = Annotated[Database, Depends(database)]
CountedTerritory = Annotated[
    str | None, Query(description="Code d’un territoire ; ce qu’il contient est compté")
]
GivenIndex = Annotated[LiveIndex, Depends(index)]
GivenResources = Annotated[Resources, Depends(resources)]
Writer = Annotated[Principal, Depends(require(Scope.CATALOGUE))]
FileLanguage = Annotated[Language, Depends(file_language)]
ReaderLanguage = Annotated[Language, Depends(reader_language)]
