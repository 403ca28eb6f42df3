"""What the routes are given."""

from typing import Annotated

from fastapi import Depends, Request

from services.validator.factory import Factory


async def get_factory(request: Request) -> Factory:
    """The operations, over the resources of the running process."""
    factory: Factory = request.app.state.factory
    return factory


FactoryDependency = Annotated[Factory, Depends(get_factory)]
