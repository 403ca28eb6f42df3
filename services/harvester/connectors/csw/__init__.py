"""CSW 2.0.2, the catalogues of geographic data: ISO 19139, Dublin Core or DCAT."""

from services.harvester.connectors.csw.fetcher import CswConnector

__all__ = ["CswConnector"]
