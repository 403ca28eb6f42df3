"""Alembic's entry point for the schema `catalogue`."""

from services.catalogue.storage.tables import catalogue_metadata
from shared.migrations import run_env

run_env(catalogue_metadata)
