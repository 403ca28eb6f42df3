"""What a day adds is written with the totals until it is over, and not beside them each time.

Everything is counted anew at the next start.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017_days_kept_once"
down_revision = "0016_nothing_unread"

SCHEMA = "catalogue"
_TABLES = ("stock_changes", "stock_totals", "stock_pairs")
_KEY = "scope, key, schema_name, verdict, day"
_ADDED = (
    "set datasets = c.datasets + excluded.datasets, resources = c.resources + excluded.resources"
)
# A batch that began before midnight may come after one that began later.
_KEEP_DAY = f"""
create function catalogue.keep_day() returns trigger language plpgsql as $$
declare
    over catalogue.stock_changes := row(
        old.scope, old.key, old.schema_name, old.verdict,
        old.day, old.day_datasets, old.day_resources
    );
begin
    if new.day > old.day then
        new.day_datasets := new.datasets - old.datasets;
        new.day_resources := new.resources - old.resources;
    else
        over.day := new.day;
        over.datasets := new.datasets - old.datasets;
        over.resources := new.resources - old.resources;
        new.day := old.day;
        new.day_datasets := old.day_datasets;
        new.day_resources := old.day_resources;
    end if;
    if over.datasets <> 0 or over.resources <> 0 then
        insert into catalogue.stock_changes as c select over.*
        on conflict ({_KEY}) do update {_ADDED};
    end if;
    return new;
end $$
"""
_TRIGGER = """
create trigger keep_day before update on catalogue.stock_totals
for each row when (new.day <> old.day) execute function catalogue.keep_day()
"""


def upgrade() -> None:
    _empty()
    for name, type_ in (
        ("day", sa.Date()),
        ("day_datasets", sa.Integer()),
        ("day_resources", sa.Integer()),
    ):
        op.add_column("stock_totals", sa.Column(name, type_, nullable=False), schema=SCHEMA)
    op.execute(_KEEP_DAY)
    op.execute(_TRIGGER)


def downgrade() -> None:
    _empty()
    op.execute("drop trigger keep_day on catalogue.stock_totals")
    op.execute("drop function catalogue.keep_day()")
    for name in ("day_resources", "day_datasets", "day"):
        op.drop_column("stock_totals", name, schema=SCHEMA)


def _empty() -> None:
    for table in _TABLES:
        op.execute(sa.delete(sa.table(table, schema=SCHEMA)))
