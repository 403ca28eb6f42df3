"""DCAT-AP files: Turtle, RDF/XML, JSON-LD and their kin, with Hydra paging."""

from services.harvester.connectors.dcat.fetcher import DcatConnector

__all__ = ["DcatConnector"]
