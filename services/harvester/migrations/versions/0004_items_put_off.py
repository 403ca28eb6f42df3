"""Items that wait for a host are left out of the batches of their lane, and a file that its server
is still making is remembered as such.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_SCHEMA = "harvester"
_ADDED = {"run_items": "put_off_until", "resources": "preparing_since"}


def upgrade() -> None:
    for table, name in _ADDED.items():
        op.add_column(table, sa.Column(name, postgresql.TIMESTAMP(timezone=True)), schema=_SCHEMA)


def downgrade() -> None:
    for table, name in _ADDED.items():
        op.drop_column(table, name, schema=_SCHEMA)
