"""Tables of the history of the stock: which datasets and resources there were on which day."""

from sqlalchemy import Column, Computed, Date, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.catalogue.models.verdict import VERDICTS
from services.catalogue.storage.tables import catalogue_metadata

_OF_ALL_SCHEMAS = "schema_name = '*' and verdict = ''"

# The truth: from `since` until the day before `until` (null: still) a dataset was counted so.
# `schema_names`, `verdicts` and `numbers` are of one length: what it brings to each line. A dataset
# counts once under `*` and once under each schema of its resources, '' being that of those that
# follow none; its resources count under their schema, with their verdict.
stock_states = Table(
    "stock_states",
    catalogue_metadata,
    Column("dataset_id", Uuid, primary_key=True),
    Column("organization_id", Uuid, nullable=False),
    Column("territory_path", ARRAY(Text), nullable=False),
    Column("schema_names", ARRAY(Text), nullable=False),
    Column("verdicts", ARRAY(Text), nullable=False),
    Column("numbers", ARRAY(Integer), nullable=False),
    Column("since", Date, primary_key=True),
    Column("until", Date),
    Index("ix_stock_states_organization_id", "organization_id"),
)

# Made of it: what each day added, once it is over. `scope` is `all` (key ''), `organization` (id),
# `place` (the code of the territory itself, '' without one) or `territory` (code: all that is
# below it). Resources have a line under their schema and one under `*`.
stock_changes = Table(
    "stock_changes",
    catalogue_metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("schema_name", Text, primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("datasets", Integer, nullable=False),
    Column("resources", Integer, nullable=False),
)

# The sum of all changes until now, by the same keys: what statistics are read from. With what
# the last day added, which a trigger moves to the changes when a later one adds something: a line
# that is written often is written in one place.
stock_totals = Table(
    "stock_totals",
    catalogue_metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("schema_name", Text, primary_key=True),
    Column("verdict", Text, primary_key=True),
    Column("datasets", Integer, nullable=False),
    Column("resources", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("day_datasets", Integer, nullable=False),
    Column("day_resources", Integer, nullable=False),
    # Beside `datasets`, which no index knows: most lines are then written without telling one.
    Column(
        "ranked_by",
        Integer,
        Computed(f"case when {_OF_ALL_SCHEMAS} then datasets end", persisted=True),
    ),
    Index(
        "ix_stock_totals_most",
        "scope",
        text("ranked_by desc"),
        "key",
        postgresql_where=text(_OF_ALL_SCHEMAS),
    ),
)

# What one member has on one territory itself (of no path without one), its resources by verdict
# side by side: members of a territory, and territories of a member, are added up of these.
stock_pairs = Table(
    "stock_pairs",
    catalogue_metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("territory_path", ARRAY(Text), primary_key=True),
    Column("datasets", Integer, nullable=False),
    *(Column(verdict, Integer, nullable=False) for verdict in VERDICTS),
    Index("ix_stock_pairs_territory_path", "territory_path", postgresql_using="gin"),
)
