"""Many rows as parameters: a batch costs one round trip and one plan.

One array for each column, in the driver's binary form: PostgreSQL takes a row apart five times as
fast as from JSON. Arrays of arrays would have to be of one length, so a column that holds arrays
is sent as their literals.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import CTE, Table, column, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, dialect
from sqlalchemy.types import TypeEngine

_dialect = dialect()


class Given:
    """Rows with these columns of a table, and their types: `rows` in a statement stands for what
    `values` gives as its parameters.
    """

    def __init__(self, table: Table, names: Collection[str]) -> None:
        types = {name: table.c[name].type for name in names}
        self._sent: dict[str, Callable[[Any], str] | None] = {
            name: _written_as(type_) for name, type_ in types.items()
        }
        self.rows: CTE = (
            text(_select({name: type_.compile(_dialect) for name, type_ in types.items()}, self))
            .columns(*(column(name, type_) for name, type_ in types.items()))
            .cte("given")
        )

    def values(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
        """The parameters."""
        return {
            f"given_{name}": [row[name] for row in rows]
            if write is None
            else [None if (value := row[name]) is None else write(value) for row in rows]
            for name, write in self._sent.items()
        }

    def is_text(self, name: str) -> bool:
        """Whether the column is sent as text."""
        return self._sent[name] is not None


def _select(types: Mapping[str, str], given: Given) -> str:
    sent = {name: "text" if given.is_text(name) else type_ for name, type_ in types.items()}
    # By a sub-select the planner does not see how many rows there are: told of five hundred, it
    # reads a whole table of fifty thousand rather than its index, which is in memory.
    arrays = ", ".join(f"(select cast(:given_{name} as {type_}[]))" for name, type_ in sent.items())
    columns = ", ".join(
        f'cast("{name}" as {type_}) as "{name}"' if given.is_text(name) else f'"{name}"'
        for name, type_ in types.items()
    )
    names = ", ".join(f'"{name}"' for name in types)
    return f"select {columns} from unnest({arrays}) as sent({names})"  # noqa: S608 – names of ours


def _written_as(type_: TypeEngine[Any]) -> Callable[[Any], str] | None:
    """How a value becomes text, for types that an array cannot hold as they are."""
    if isinstance(type_, ARRAY):
        return _array
    return _json if isinstance(type_, JSONB) else None


def _array(values: Iterable[str | int | None]) -> str:
    """PostgreSQL's literal of an array."""
    return f"{{{','.join(map(_element, values))}}}"


def _element(value: str | int | None) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return "NULL" if value is None else str(value)


def _json(value: object) -> str:
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:  # an integer of more than 64 bits in what a portal gave
        return json.dumps(value, default=str)
