"""Folders that a web server lists by itself: Apache, nginx, IIS."""

from services.harvester.connectors.listing.fetcher import ListingConnector

__all__ = ["ListingConnector"]
