"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.catalogue.resources import Resources
from shared.access.models import Principal, Scope
from shared.db import Database
from shared.http.auth import require


def resources(request: Request) -> Resources:
    """The resources of the running application."""
    found: Resources = request.app.state.resources
    return found


def database(request: Request) -> Database:
    """The pool of the running application."""
    return resources(request).database


GivenDatabase = Annotated[Database, Depends(database)]
GivenResources = Annotated[Resources, Depends(resources)]
Writer = Annotated[Principal, Depends(require(Scope.CATALOGUE))]
