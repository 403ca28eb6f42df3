"""data.gouv.fr and other udata sites, by API v1."""

from services.harvester.connectors.udata.fetcher import UdataConnector

__all__ = ["UdataConnector"]
