"""What a route is given is made on the event loop: a plain function would cost it a thread."""

from collections.abc import Iterator
from importlib import import_module
from inspect import iscoroutinefunction
from pkgutil import iter_modules

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

PACKAGES = (
    "services.validator.api",
    "services.harvester.api",
    "services.catalogue.api",
    "services.catalogue.portal",
)


def _routes(package: str) -> Iterator[APIRoute]:
    for module in iter_modules(import_module(package).__path__, f"{package}."):
        router = getattr(import_module(module.name), "router", None)
        if isinstance(router, APIRouter):
            yield from (route for route in router.routes if isinstance(route, APIRoute))


def _calls(dependant: Dependant) -> Iterator[object]:
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from _calls(each)


@pytest.mark.parametrize("package", PACKAGES)
def test_routes_and_what_they_are_given_wait_for_no_thread(package: str) -> None:
    routes = list(_routes(package))
    plain = {
        f"{route.path}: {call!r}"
        for route in routes
        for call in _calls(route.dependant)
        if not iscoroutinefunction(call)
    }

    assert routes
    assert not plain
