"""Alembic's entry point for the schema `catalogue`."""

from services.catalogue.storage import edit_tables, method_tables, quality_tables, stock_tables
from services.catalogue.storage.tables import catalogue_metadata
from shared.migrations import run_env

# Importing them adds their tables to the metadata.
__all__ = ["edit_tables", "method_tables", "quality_tables", "stock_tables"]

run_env(catalogue_metadata)
