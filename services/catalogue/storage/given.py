"""Many rows as one parameter: a batch costs one round trip and one plan."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Table, TableValuedAlias, Text, bindparam, cast, column, func
from sqlalchemy.dialects.postgresql import JSONB

ROWS = "rows"
"""The parameter."""


def given_rows(table: Table, names: Collection[str]) -> TableValuedAlias:
    """What `as_rows` gives, with these columns of the table and their types."""
    return (
        func.jsonb_to_recordset(cast(bindparam(ROWS, type_=Text), JSONB))
        .table_valued(*(column(name, table.c[name].type) for name in names), name="given")
        .render_derived(with_types=True)
    )


def as_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The value of the parameter."""
    try:
        return {ROWS: orjson.dumps(rows, default=str).decode()}
    except TypeError:  # an integer of more than 64 bits in what a portal gave
        return {ROWS: json.dumps(rows, default=str)}
