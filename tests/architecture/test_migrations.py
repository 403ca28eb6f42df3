"""Each service's migrations form one chain: two heads stop every start of the platform."""

import pytest
from alembic.script import ScriptDirectory

from shared.migrations import alembic_config

PACKAGES = (
    "shared.access.migrations",
    "services.catalogue.migrations",
    "services.harvester.migrations",
    "services.validator.migrations",
)


@pytest.mark.parametrize("package", PACKAGES)
def test_migrations_have_one_head(package: str) -> None:
    script = ScriptDirectory.from_config(alembic_config("postgresql://x/x", package))

    assert len(script.get_heads()) == 1
