"""Alembic's entry point for the schema `harvester`."""

from services.harvester.storage.tables import harvester_metadata
from shared.migrations import run_env

run_env(harvester_metadata)
