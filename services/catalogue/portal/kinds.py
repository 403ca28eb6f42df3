"""Which schemas have a view of their own."""

from collections.abc import Mapping
from types import MappingProxyType

from services.catalogue.operations.views import (
    budget,
    decisions,
    first_names,
    grants,
    menus,
    places,
)

VIEW_KINDS: Mapping[str, str] = MappingProxyType(
    {
        menus.SCHEMA: "menus",
        grants.SCHEMA: "grants",
        budget.SCHEMA: "budget",
        first_names.SCHEMA: "names",
        decisions.SCHEMA: "decisions",
        **dict.fromkeys(places.SCHEMAS, "places"),
    }
)
"""Schema → kind of view: the name of a template in `views/` and of its texts."""
