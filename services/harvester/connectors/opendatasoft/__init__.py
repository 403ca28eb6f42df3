"""Opendatasoft, by Explore v2.1, v2.0 or v1, and its exports beyond 10,000 datasets."""

from services.harvester.connectors.opendatasoft.fetcher import OpendatasoftConnector

__all__ = ["OpendatasoftConnector"]
