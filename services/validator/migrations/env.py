"""Alembic's entry point for the schema `validator`."""

from services.validator.storage.tables import validator_metadata
from shared.migrations import run_env

run_env(validator_metadata)
