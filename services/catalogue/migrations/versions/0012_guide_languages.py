"""A guide may be there in several languages."""

from alembic import op

revision = "0012_guide_languages"
down_revision = "0011_contour_positions"

SCHEMA = "catalogue"


def upgrade() -> None:
    op.drop_constraint("pk_guides", "guides", schema=SCHEMA)
    op.create_primary_key("pk_guides", "guides", ["slug", "language"], schema=SCHEMA)


def downgrade() -> None:
    # Without its language a name stands for one row: the French one, else the first.
    op.execute(
        "delete from catalogue.guides one using catalogue.guides other"
        " where other.slug = one.slug and other.language <> one.language"
        " and (other.language = 'fr'"
        " or (one.language <> 'fr' and other.language < one.language))"
    )
    op.drop_constraint("pk_guides", "guides", schema=SCHEMA)
    op.create_primary_key("pk_guides", "guides", ["slug"], schema=SCHEMA)
