"""The questions that are put to a CKAN site. One request each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from services.harvester.connectors.ckan.answers import (
    Found,
    decode_found,
    decode_names,
    decode_package,
)
from services.harvester.connectors.ckan.site import Wanted
from services.harvester.connectors.contract import Answer, Getter
from services.harvester.connectors.transport import ask
from services.harvester.errors import PortalRefusedError

T = TypeVar("T")

SORTS = ("id asc", "metadata_modified desc, id asc", "")
"""Orders to ask for, the steadiest first; a site may refuse either."""

UNSORTED = len(SORTS) - 1

SIZES = (250, 60, 10)
"""Packages per page; a page that cannot be had is asked for in smaller ones."""

_REFUSED_REQUEST = frozenset({200, 400, 409})


@dataclass(frozen=True)
class Asker:
    """`pauses`: seconds before each further attempt of a patient question."""

    getter: Getter
    pauses: tuple[float, ...]

    async def search(
        self, api: str, wanted: Wanted, *, start: int, rows: int, sort: int, patient: bool = True
    ) -> Found:
        """A page of `package_search`."""
        query = wanted.search(start=start, rows=rows, sort=SORTS[sort])
        return await self._ask(f"{api}/package_search?{query}", decode_found, patient=patient)

    async def names(self, api: str, *, patient: bool = True) -> list[str]:
        """Every name, by `package_list`."""
        return await self._ask(f"{api}/package_list", decode_names, patient=patient)

    async def show(self, api: str, name: str) -> Mapping[str, Any]:
        """One package, by name or id."""
        return await self._ask(
            f"{api}/package_show?{urlencode({'id': name})}", decode_package, patient=True
        )

    async def _ask(self, url: str, decode: Callable[[Answer], T], *, patient: bool) -> T:
        pauses = self.pauses if patient else ()
        return await ask(self.getter, url, decode, accept="application/json", pauses=pauses)


def refuses_the_request(error: PortalRefusedError) -> bool:
    """Whether the API is there but does not like this very request: its order, its size."""
    return error.details.get("http_status") in _REFUSED_REQUEST


def is_too_much(error: Exception) -> bool:
    """Whether the fetcher refused the answer, for its size as a rule: there is no status."""
    return isinstance(error, PortalRefusedError) and "http_status" not in error.details
