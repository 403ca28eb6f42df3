"""Many rows as parameters: a batch costs one round trip and one plan.

One array for each column, which PostgreSQL takes apart in a third of the time that JSON needs, and
which goes as one text: the driver would look at each single value. Texts are joined by a mark that
none of them holds; what is no text is the literal of the whole array, which is made at once.
Arrays of arrays would have to be of one length, so a column that holds arrays is sent as the
literals of these.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any
from uuid import uuid4

import orjson
from sqlalchemy import CTE, Executable, Result, Table, Text, TextClause, column, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_ESCAPED = re.compile(r"\\(.)([0-9a-f]{4})?", re.DOTALL)
_BETWEEN, _ABSENT = "_between", "_absent"  # parameters beside those of the columns
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

Write = tuple[Executable, Mapping[str, Any]]
"""A statement and its parameters, which are made while PostgreSQL is still busy with others."""

Insertion = tuple[Insert, Mapping[str, Any]]
"""A write that may be one of several in a statement."""


class Given:
    """Rows with these columns of a table, and their types: `rows` in a statement, or `query` in
    one that is written out, stands for what `values` gives as its parameters. A statement may
    have several, each of another table.
    """

    def __init__(self, table: Table, names: Collection[str]) -> None:
        self._table = table
        self._prefix = f"{table.name}_"
        types = {name: table.c[name].type for name in names}
        self._sent = {name: _sent_as(type_) for name, type_ in types.items()}
        # All cells of a row at once, in C; a getter of one name would give no tuple.
        self._cells = itemgetter(*types, next(iter(types)))
        self.query = _select(types, self._prefix)
        self.rows: CTE = (
            text(self.query)
            .columns(*(column(name, type_) for name, type_ in types.items()))
            .cte(f"{self._prefix}given")
        )

    def values(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The parameters. A value is what JSON has, a UUID or a date; in a column of JSON also
        `orjson.Fragment`, for what is JSON already.
        """
        cells = zip(*map(self._cells, rows), strict=True) if rows else repeat(())
        given = zip(self._sent.items(), cells, strict=False)
        columns = {name: sent(values) for (name, sent), values in given}
        texts = {name: found for name, found in columns.items() if isinstance(found, list)}
        joined, between, absent = _joined(texts)
        marks = {_BETWEEN: between, _ABSENT: absent} if texts else {}
        return {
            f"{self._prefix}{name}": found for name, found in (columns | joined | marks).items()
        }

    def plain_insert(self) -> Insert:
        """An insert of the rows, none of which may be there."""
        return insert(self._table).from_select(self.rows.c.keys(), select(self.rows))

    def insertion(self, conflict: str, **defaults: str) -> TextClause:
        """An insert of the rows; `conflict` is what follows `on conflict`. `defaults` are
        expressions for columns that a row may leave null.
        """
        names = ", ".join(f'"{name}"' for name in self._sent)
        values = ", ".join(
            f'coalesce("{name}", {defaults[name]})' if name in defaults else f'"{name}"'
            for name in self._sent
        )
        return text(
            f"insert into {self._table.fullname} ({names}) "  # noqa: S608 - names of ours
            f"select {values} from ({self.query}) as given on conflict {conflict}"
        )

    async def write(
        self,
        session: AsyncSession,
        statement: Executable,
        rows: Sequence[Mapping[str, Any]],
        **values: Any,
    ) -> Result[Any]:
        """Execute a statement over `rows`, with other parameters of it."""
        connection = await session.connection()
        return await connection.execute(statement, {**self.values(rows), **values})


def together(inserts: Sequence[Insertion]) -> Insertion:
    """One statement for all of these; none sees what another one writes. Each statement of its
    own would leave PostgreSQL waiting until its answer is heard, between what is computed
    meanwhile. Raises `ValueError` when two have a parameter of one name.
    """
    statements, parameters = zip(*inserts, strict=True)
    values = {name: one[name] for one in parameters for name in one}
    if len(values) < sum(map(len, parameters)):
        raise ValueError("Two inserts in one statement are of one table.")
    return _together(statements), values


@lru_cache(maxsize=64)  # the same statement each time, so that SQLAlchemy has compiled it
def _together(statements: tuple[Insert, ...]) -> Insert:
    first, *others = statements
    return first.add_cte(*(one.cte(f"also_{place}") for place, one in enumerate(others)))


def overwriting(columns: Iterable[str], *others: str) -> str:
    """The assignments that take each of these columns from the new row."""
    return ", ".join([*(f'"{name}" = excluded."{name}"' for name in columns), *others])


def _joined(
    columns: Mapping[str, Sequence[str | None]],
) -> tuple[dict[str, str | None], str, str]:
    """Each column as one text, None without rows; and the marks between texts, and for an absent
    one, that no text holds. Neither mark ends as it begins: where one is found is never in doubt.
    """
    own = ""
    while True:
        between, absent = f"\x1f{own}\x1e", f"\x1d{own}\x1c"
        found = {
            name: between.join([absent if value is None else value for value in values])
            for name, values in columns.items()
        }
        if all(
            joined.count(between) == len(columns[name]) - 1
            and joined.count(absent) == columns[name].count(None)
            for name, joined in found.items()
            if joined
        ):
            texts = {name: joined if columns[name] else None for name, joined in found.items()}
            return texts, between, absent
        own = uuid4().hex


def _select(types: Mapping[str, TypeEngine[Any]], prefix: str) -> str:
    # By a sub-select the planner does not see how many rows there are: told of five hundred, it
    # reads a whole table of fifty thousand rather than its index, which is in memory.
    arrays = ", ".join(f"(select {_parameter(prefix, *one)})" for one in types.items())
    names = ", ".join(f'"{name}"' for name in types)
    columns = ", ".join(
        f'cast("{name}" as {type_.compile(_DIALECT)}) as "{name}"'
        if isinstance(type_, ARRAY | JSONB)
        else f'"{name}"'
        for name, type_ in types.items()
    )
    return f"select {columns} from unnest({arrays}) as sent({names})"  # noqa: S608 – names of ours


def _parameter(prefix: str, name: str, type_: TypeEngine[Any]) -> str:
    given = f"cast(:{prefix}{name} as text)"
    if isinstance(type_, Text | ARRAY | JSONB):
        # An empty text is no array of one empty text to PostgreSQL.
        marks = ", ".join(f"cast(:{prefix}{mark} as text)" for mark in (_BETWEEN, _ABSENT))
        return f"case {given} when '' then array[''] else string_to_array({given}, {marks}) end"
    return f"cast({given} as {type_.compile(_DIALECT)}[])"


def _sent_as(type_: TypeEngine[Any]) -> Callable[[Sequence[Any]], Any]:
    """What makes the parameter of a column's values: texts, or the literal of all."""
    if isinstance(type_, Text):
        return list
    if isinstance(type_, ARRAY):
        return lambda values: [None if value is None else array_literal(value) for value in values]
    if isinstance(type_, JSONB):
        return lambda values: [None if value is None else _json(value) for value in values]
    return array_literal


def array_literal(values: Sequence[Any]) -> str:
    """PostgreSQL's literal of an array: as JSON has it, but for brackets and control characters."""
    found = _json(values)[1:-1]
    if "\\" in found:
        found = _ESCAPED.sub(_unescaped, found)
    return f"{{{found}}}"


def _unescaped(match: re.Match[str]) -> str:
    """Of JSON's escapes PostgreSQL knows those of the quote and of the backslash."""
    kind, code = match.groups()
    if kind == "u":
        return chr(int(code, 16))
    return _CONTROLS.get(kind, f"\\{kind}") + (code or "")


def _json(value: object) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # an integer of more than 64 bits in what a portal gave
        return json.dumps(value, default=str, ensure_ascii=False)
