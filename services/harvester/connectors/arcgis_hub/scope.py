"""Whether a Hub lists its own items: with an empty scope it lists those of the world. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from services.harvester.connectors.values.members import listed, mapping
from services.harvester.errors import PortalRefusedError

OWNERS_LIMIT = 25
"""Organisations that a town's Hub may show items of: partners, the region, the State."""

_ORGANIZATION = re.compile(r"arcgis\.com/([A-Za-z0-9]{16})/arcgis/", re.IGNORECASE)


def owner_of_feature(feature: object) -> str | None:
    """The organisation of an item of the search."""
    owner = mapping(mapping(feature).get("properties")).get("orgId")
    return owner if isinstance(owner, str) and owner else None


def owner_of_entry(entry: object) -> str | None:
    """The organisation of an entry of the feed, which only the addresses of services name."""
    for distribution in map(mapping, listed(mapping(entry).get("distribution"))):
        found = _ORGANIZATION.search(str(distribution.get("accessURL") or ""))
        if found:
            return found[1]
    return None


def wanted_owners(config: Mapping[str, Any]) -> frozenset[str]:
    """The organisations that the source is limited to; none for all."""
    return frozenset(str(owner) for owner in listed(config.get("organizations")))


def refuse_the_world(owners: Iterable[str | None], url: str) -> None:
    """Raises `PortalRefusedError` when the items belong to too many organisations."""
    found = set(filter(None, owners))
    if len(found) > OWNERS_LIMIT:
        raise PortalRefusedError(
            f"{url} liste les données de {len(found)} organisations : le périmètre du site est "
            "sans doute vide, et il sert le catalogue mondial d'ArcGIS. Corrigez le périmètre du "
            "site, ou limitez la source à des organisations (« organizations »)."
        )
