"""The kinds of portal that are known. A new one is a folder and a line here."""

from collections.abc import Mapping
from typing import Any

from services.harvester.connectors.arcgis_hub import ArcgisHubConnector
from services.harvester.connectors.ckan import CkanConnector
from services.harvester.connectors.contract import Connector
from services.harvester.connectors.csw import CswConnector
from services.harvester.connectors.dcat import DcatConnector
from services.harvester.connectors.listing import ListingConnector
from services.harvester.connectors.opendatasoft import OpendatasoftConnector
from services.harvester.connectors.scdl_catalogue import ScdlCatalogueConnector
from services.harvester.connectors.schema_org import SchemaOrgConnector
from services.harvester.connectors.selecting import OfPublisher
from services.harvester.connectors.transport import RETRY_PAUSES
from services.harvester.connectors.udata import UdataConnector
from services.harvester.errors import UnknownKindError
from shared.errors import InvalidInputError


def connectors(pauses: tuple[float, ...] = RETRY_PAUSES) -> tuple[Connector, ...]:
    """One of each kind, in the order in which an address is tried: surest signs first.

    `pauses`: seconds before each further attempt at a page.
    """
    return (
        OfPublisher(ArcgisHubConnector(pauses=pauses)),
        OfPublisher(CswConnector(pauses=pauses)),
        ListingConnector(pauses=pauses),
        OfPublisher(DcatConnector(pauses=pauses)),
        UdataConnector(pauses=pauses),
        CkanConnector(pauses=pauses),
        OfPublisher(OpendatasoftConnector(pauses=pauses)),
        OfPublisher(ScdlCatalogueConnector(pauses=pauses)),
        OfPublisher(SchemaOrgConnector(pauses=pauses)),
    )


def connector_of(kind: str, known: tuple[Connector, ...] | None = None) -> Connector:
    """The connector of a kind; raises `UnknownKindError` with the kinds that there are."""
    known = connectors() if known is None else known
    for connector in known:
        if connector.kind == kind:
            return connector
    kinds = ", ".join(sorted(connector.kind for connector in known))
    raise UnknownKindError(
        f"« {kind} » n'est pas un type de portail connu : choisissez parmi {kinds}.",
        message_en=f"Unknown kind of portal: {kind}. Known ones: {kinds}.",
    )


def check_config(connector: Connector, config: Mapping[str, Any]) -> None:
    """Raises `InvalidInputError` for an option that the kind does not know: passed over, a
    misspelt filter would bring in everybody's datasets under one member's name.
    """
    unknown = ", ".join(f"« {name} »" for name in sorted(config.keys() - connector.options))
    if not unknown:
        return
    known = ", ".join(sorted(connector.options))
    raise InvalidInputError(
        f"Un portail de type {connector.kind} ne connaît pas l'option {unknown} ; "
        f"{f'il connaît : {known}' if known else 'il ne connaît aucune option'}.",
        message_en=f"A portal of the kind {connector.kind} has no option {unknown}; "
        f"it has: {known or 'none'}.",
    )
