"""CKAN, by its action API, and DKAN, which speaks a part of it."""

from services.harvester.connectors.ckan.fetcher import CkanConnector

__all__ = ["CkanConnector"]
