"""One key for an item of ArcGIS, whichever way its feed writes the identifier. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from services.harvester.connectors.values.members import listed, mapping

_ITEM = re.compile(
    r"(?<![0-9a-f])([0-9a-f]{32})(?![0-9a-f])(?:_(\d+)|[^\s]*?[?&](?:sublayer|layers)=(\d+))?"
)
_HOSTS = re.compile(
    r"//[^/]*\barcgis\.com(?:[:/]|$)|/api/download/v1/items/|/(?:Feature|Map)Server"
)


def is_arcgis(entry: Mapping[str, Any]) -> bool:
    """Whether one of the entry's addresses is of ArcGIS."""
    return any(_HOSTS.search(address) for address in _addresses(entry))


def item_key(entry: Mapping[str, Any]) -> str | None:
    """The item's 32 hexadecimal digits and its layer, `<item>_<layer>`.

    Hubs changed their identifiers over the years: page with sublayer, item, item and
    layer, `organisation::slug`. The item itself stayed, in one of the addresses.
    """
    best = None
    for address in _addresses(entry):
        if found := _ITEM.search(address):
            layer = found[2] or found[3]
            if layer is not None:
                return f"{found[1]}_{layer}"
            best = best or found[1]
    return best


def _addresses(entry: Mapping[str, Any]) -> Iterator[str]:
    values = [entry.get("identifier"), entry.get("@id"), entry.get("landingPage")]
    for distribution in map(mapping, listed(entry.get("distribution"))):
        values += [distribution.get("accessURL"), distribution.get("downloadURL")]
    return (value for value in values if isinstance(value, str))
