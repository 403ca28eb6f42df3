"""Alembic's entry point for the schema `catalogue`."""

from services.catalogue.storage.quality_tables import dataset_quality
from shared.migrations import run_env

run_env(dataset_quality.metadata)
