import pytest
from alembic import command
from alembic.util import CommandError

from shared.migrations import alembic_config

PACKAGE = "services.validator.migrations"


def test_the_history_goes_up_matches_the_tables_and_comes_down(database_url):
    config = alembic_config(database_url, PACKAGE)

    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    with pytest.raises(CommandError):
        command.check(config)
    command.upgrade(config, "head")
