"""When the catalogue took a verdict: what a badge may show of a resource."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SCHEMA = "validator"
_TABLE = "resource_validations"
_OLD = "ix_resource_validations_resource_id_checked_at"
_NEW = "ix_resource_validations_resource_id_published_at"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("published_at", sa.DateTime(timezone=True)), schema=SCHEMA)
    op.execute("update validator.resource_validations set published_at = checked_at")
    op.drop_index(_OLD, _TABLE, schema=SCHEMA)
    op.create_index(_NEW, _TABLE, ["resource_id", "published_at"], schema=SCHEMA)


def downgrade() -> None:
    op.drop_index(_NEW, _TABLE, schema=SCHEMA)
    op.create_index(_OLD, _TABLE, ["resource_id", "checked_at"], schema=SCHEMA)
    op.drop_column(_TABLE, "published_at", schema=SCHEMA)
