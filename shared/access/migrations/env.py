"""Alembic's entry point for the schema `access`."""

from shared.access.tables import access_metadata
from shared.migrations import run_env

run_env(access_metadata)
