"""Organisations and their API keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "organizations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("siren", sa.String(9)),
        sa.Column("insee_code", sa.String(5)),
        sa.Column("population", sa.Integer),
        sa.Column("roles", postgresql.ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("parent_id", sa.Uuid),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_organizations"),
        sa.UniqueConstraint("siren", name="uq_organizations_siren"),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["access.organizations.id"], name="fk_organizations_parent_id"
        ),
        sa.CheckConstraint("siren ~ '^[0-9]{9}$'", name="ck_organizations_siren_has_nine_digits"),
        schema="access",
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("prefix", sa.String(12), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text), nullable=False),
        sa.Column("organization_id", sa.Uuid),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("secret_sha256", name="uq_api_keys_secret_sha256"),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["access.organizations.id"], name="fk_api_keys_organization_id"
        ),
        schema="access",
    )


def downgrade() -> None:
    op.drop_table("api_keys", schema="access")
    op.drop_table("organizations", schema="access")
