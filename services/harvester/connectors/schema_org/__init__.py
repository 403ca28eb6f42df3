"""Web pages that describe datasets in schema.org's words, found by the sitemap."""

from services.harvester.connectors.schema_org.fetcher import SchemaOrgConnector

__all__ = ["SchemaOrgConnector"]
