"""The history of the schema."""

import pytest
from alembic import command
from alembic.util import CommandError

from shared.migrations import alembic_config

PACKAGE = "services.harvester.migrations"


def test_migrations_go_up_match_the_tables_and_come_down(database_url: str) -> None:
    config = alembic_config(database_url, PACKAGE)

    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    with pytest.raises(CommandError):
        command.check(config)
    command.upgrade(config, "head")
