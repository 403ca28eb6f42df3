"""ArcGIS Hub: its DCAT-US feed, or its search API where there is no feed."""

from services.harvester.connectors.arcgis_hub.fetcher import ArcgisHubConnector

__all__ = ["ArcgisHubConnector"]
