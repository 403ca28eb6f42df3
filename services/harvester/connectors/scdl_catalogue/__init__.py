"""The catalogue of the SCDL: one CSV that a town publishes, found on its site if need be."""

from services.harvester.connectors.scdl_catalogue.fetcher import ScdlCatalogueConnector

__all__ = ["ScdlCatalogueConnector"]
