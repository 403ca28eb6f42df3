"""What a dataset counts as is one row for as long as it lasts, with its lines beside one another,
and no longer a row for itself, for each schema and for each resource.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019_one_state_a_dataset"
down_revision = "0018_scores_kept_once"

SCHEMA = "catalogue"
# A dataset is counted anew wherever one of its rows begins or ends.
_TOGETHER = """
insert into catalogue.stock_states
with bounds as (
    select dataset_id, since as day from catalogue.former_states
    union
    select dataset_id, until from catalogue.former_states where until is not null
),
spans as (
    select dataset_id, day as since,
           lead(day) over (partition by dataset_id order by day) as until
    from bounds
),
lines as (
    select s.dataset_id, f.organization_id, f.territory_path, f.schema_name collate "C" as schema,
           f.verdict collate "C" as verdict, count(*)::int as number, s.since, s.until
    from spans s
    join catalogue.former_states f on f.dataset_id = s.dataset_id
     and f.since <= s.since and (f.until is null or f.until > s.since)
    group by 1, 2, 3, 4, 5, 7, 8
)
select distinct on (dataset_id, since) dataset_id, organization_id, territory_path,
       array_agg(schema order by schema, verdict), array_agg(verdict order by schema, verdict),
       array_agg(number order by schema, verdict), since, until
from lines
group by dataset_id, organization_id, territory_path, since, until
order by dataset_id, since
"""
# Which resource it was is forgotten: nothing reads it.
_APART = """
insert into catalogue.stock_states
    (dataset_id, resource_id, organization_id, territory_path, schema_name, verdict, since, until)
select dataset_id, case verdict when '' then null else gen_random_uuid() end, organization_id,
       territory_path, schema_name, verdict, since, until
from catalogue.former_states
cross join lateral unnest(schema_names, verdicts, numbers) as line(schema_name, verdict, number)
cross join lateral generate_series(1, number)
"""


def upgrade() -> None:
    _make_way()
    op.create_table(
        "stock_states",
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("territory_path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("schema_names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verdicts", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.PrimaryKeyConstraint("dataset_id", "since", name="pk_stock_states"),
        schema=SCHEMA,
    )
    _fill(_TOGETHER)


def downgrade() -> None:
    _make_way()
    op.create_table(
        "stock_states",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("dataset_id", sa.Uuid(), nullable=False),
        sa.Column("resource_id", sa.Uuid()),
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("territory_path", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.PrimaryKeyConstraint("id", name="pk_stock_states"),
        schema=SCHEMA,
    )
    _fill(_APART)
    op.create_index(
        "ix_stock_states_dataset_id_open",
        "stock_states",
        ["dataset_id"],
        schema=SCHEMA,
        postgresql_where=sa.text("until is null"),
    )


def _make_way() -> None:
    op.rename_table("stock_states", "former_states", schema=SCHEMA)
    op.execute("alter table catalogue.former_states drop constraint pk_stock_states")
    op.drop_index("ix_stock_states_organization_id", "former_states", schema=SCHEMA)


def _fill(statement: str) -> None:
    op.execute(statement)
    op.drop_table("former_states", schema=SCHEMA)
    op.create_index(
        "ix_stock_states_organization_id", "stock_states", ["organization_id"], schema=SCHEMA
    )
