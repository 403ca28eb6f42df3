"""Room in the pages of datasets: every sweep writes each row again, and no index is told when
the new version fits beside the old one.
"""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("alter table harvester.datasets set (fillfactor = 50)")


def downgrade() -> None:
    op.execute("alter table harvester.datasets reset (fillfactor)")
