"""Rows of one Parquet table: chosen, filtered, sorted, a page or all of them."""

from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.catalogue.adapters.duck import identifier, limited
from services.catalogue.models.resource_table import (
    NUMERIC,
    ROW,
    VALID,
    Filter,
    Operator,
    RowsQuery,
    TableColumn,
)

_FETCHED_AT_ONCE = 2_000
_COMPARISONS: Mapping[Operator, str] = {
    Operator.EXACT: "=",
    Operator.DIFFERS: "is distinct from",
    Operator.LESS: "<=",
    Operator.GREATER: ">=",
    Operator.STRICTLY_LESS: "<",
    Operator.STRICTLY_GREATER: ">",
}
_ORDERED = frozenset(_COMPARISONS) - {Operator.EXACT, Operator.DIFFERS}
SPECIAL = (TableColumn(ROW, "integer"), TableColumn(VALID, "boolean"))


def page(
    path: Path, columns: Sequence[TableColumn], query: RowsQuery, *, offset: int, limit: int
) -> tuple[list[tuple[Any, ...]], int]:
    """The rows with `_row` and `_valid` last, and how many fit in all."""
    conditions, values = _where(columns, query)
    with limited([path]) as connection:
        counted = connection.execute(
            f"select count(*) from read_parquet(?){conditions}",  # noqa: S608 - quoted names
            [str(path), *values],
        ).fetchone()
        rows = connection.execute(
            f"{_select(columns, query, conditions)} limit ? offset ?",
            [str(path), *values, limit, offset],
        ).fetchall()
    return rows, counted[0] if counted else 0


def every(
    path: Path, columns: Sequence[TableColumn], query: RowsQuery
) -> Generator[list[tuple[Any, ...]]]:
    """All rows that fit, some thousands at once; memory does not grow with the table."""
    conditions, values = _where(columns, query)
    with limited([path], seconds=300) as connection:
        found = connection.execute(_select(columns, query, conditions), [str(path), *values])
        while rows := found.fetchmany(_FETCHED_AT_ONCE):
            yield rows


def _select(columns: Sequence[TableColumn], query: RowsQuery, conditions: str) -> str:
    wanted = [identifier(name) for name in (*query.columns, ROW, VALID)]
    types = {column.name: column.type for column in (*columns, *SPECIAL)}
    order = [
        f"{_value(name, types)} {'desc' if descending else 'asc'} nulls last"
        for name, descending in query.sort
    ]
    return (
        f"select {', '.join(wanted)} from read_parquet(?)"  # noqa: S608 - quoted names
        f"{conditions} order by {', '.join([*order, identifier(ROW)])}"
    )


def _where(columns: Sequence[TableColumn], query: RowsQuery) -> tuple[str, list[Any]]:
    types = {column.name: column.type for column in (*columns, *SPECIAL)}
    parts: list[str] = []
    values: list[Any] = []
    for condition in query.filters:
        text, given = _condition(condition, types)
        parts.append(text)
        values += given
    if query.valid is not None:
        parts.append(f"{identifier(VALID)} is not distinct from ?")
        values.append(query.valid)
    return (f" where {' and '.join(parts)}" if parts else ""), values


def _condition(asked: Filter, types: Mapping[str, str | None]) -> tuple[str, list[Any]]:
    column = identifier(asked.column)
    as_text = f"cast({column} as varchar)"
    if asked.operator is Operator.ISNULL:
        return f"{column} is null", []
    if asked.operator is Operator.ISNOTNULL:
        return f"{column} is not null", []
    if asked.operator is Operator.CONTAINS:
        return f"contains(strip_accents(lower({as_text})), strip_accents(lower(?)))", [asked.value]
    if asked.operator is Operator.IN:
        return f"list_contains(?, {as_text})", [asked.value.split(",")]
    sign = _COMPARISONS[asked.operator]
    if asked.operator in _ORDERED and types[asked.column] in NUMERIC:
        return f"{_value(asked.column, types)} {sign} try_cast(? as double)", [asked.value]
    return f"{as_text} {sign} ?", [asked.value]


def _value(name: str, types: Mapping[str, str | None]) -> str:
    column = identifier(name)
    return f"try_cast({column} as double)" if types[name] in NUMERIC else column


def summary(path: Path, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """What a statement of ours makes of the rows without error, which it calls `valid`.

    The statement is never built from what a reader typed: that goes into `values`.
    """
    with limited([path]) as connection:
        found = connection.execute(
            f"with valid as (select * from read_parquet(?) where _valid) {statement}",  # noqa: S608
            [str(path), *values],
        )
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
