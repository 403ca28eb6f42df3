"""Where a udata site has a dataset from: `harvest`, and `extras` of older harvests. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.members import mapping
from services.harvester.connectors.values.texts import clean_id, clean_line
from shared.contracts.records import Provenance


def provenance_of(item: Mapping[str, Any], base: str) -> tuple[Provenance, ...]:
    """The one portal that the site harvested, or nothing.

    Until 2022 udata kept the chain in `extras`, with the names that the harvested portals
    used themselves; CKAN's `ckan:source` among them is the address of the portal.
    """
    harvest, extras = mapping(item.get("harvest")), mapping(item.get("extras"))
    remote_id = clean_id(
        harvest.get("remote_id")
        or extras.get("harvest:remote_id")
        or harvest.get("dct_identifier")
        or extras.get("dct:identifier")
    )
    url = clean_url(
        harvest.get("remote_url")
        or harvest.get("uri")
        or extras.get("remote_url")
        or extras.get("uri"),
        base,
    )
    catalogue = clean_url(extras.get("ckan:source"), base)
    domain = clean_line(harvest.get("domain") or extras.get("harvest:domain")) or (
        urlsplit(url or catalogue or "").hostname
    )
    if not (remote_id or url or domain):
        return ()
    kind = "csw" if "csw" in str(harvest.get("backend")).lower() else "harvest"
    return (
        Provenance(
            kind=kind,
            domain=domain.lower() if domain else None,
            remote_id=remote_id,
            url=url,
            catalogue=catalogue,
        ),
    )
