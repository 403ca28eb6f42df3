"""What a batch costs: no index has to hear of a dataset that was only told again.

Keys of copies go with their dataset by the trigger that notes its removal, not by a foreign key
that is looked up for each of them; lists are sorted by the search index since 0006; rows that
are confirmed every night find room for it beside themselves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015_fewer_writes"
down_revision = "0014_editors"

_STAMP = """
create or replace function catalogue.stamp_change() returns trigger language plpgsql as $$
declare told catalogue.datasets%rowtype;
begin
    if tg_op = 'UPDATE' and new.revision is distinct from old.revision then
        told := new;
        told.revision := old.revision;
        if told is not distinct from old then
            return new;
        end if;
    end if;
    new.changed_in := pg_current_xact_id()::text::bigint;
    return new;
end $$
"""
_STAMP_BEFORE = """
create or replace function catalogue.stamp_change() returns trigger language plpgsql as $$
begin new.changed_in := pg_current_xact_id()::text::bigint; return new; end $$
"""
_REMOVAL = """
create or replace function catalogue.keep_removal() returns trigger language plpgsql as $$ begin
    {keys}
    insert into catalogue.removed_datasets (id, changed_in)
    values (old.id, pg_current_xact_id()::text::bigint)
    on conflict (id) do update set changed_in = excluded.changed_in;
    return old;
end $$
"""
_KEYS = "delete from catalogue.dataset_keys where dataset_id = old.id;"
_KEYS_FK = "fk_dataset_keys_dataset_id_datasets"
_UNUSED = {"ix_datasets_fresh_at_id": "fresh_at", "ix_datasets_plain_title_id": "plain_title"}


def upgrade() -> None:
    op.execute(_STAMP)
    op.execute(_REMOVAL.format(keys=_KEYS))
    op.drop_constraint(_KEYS_FK, "dataset_keys", schema="catalogue")
    for name in _UNUSED:
        op.drop_index(name, "datasets", schema="catalogue")
    for table in ("datasets", "resources"):
        op.execute(sa.text(f"alter table catalogue.{table} set (fillfactor = 85)"))


def downgrade() -> None:
    for table in ("datasets", "resources"):
        op.execute(sa.text(f"alter table catalogue.{table} reset (fillfactor)"))
    for name, column in _UNUSED.items():
        op.create_index(name, "datasets", [column, "id"], schema="catalogue")
    op.create_foreign_key(
        _KEYS_FK,
        "dataset_keys",
        "datasets",
        ["dataset_id"],
        ["id"],
        source_schema="catalogue",
        referent_schema="catalogue",
        ondelete="CASCADE",
    )
    op.execute(_REMOVAL.format(keys=""))
    op.execute(_STAMP_BEFORE)
