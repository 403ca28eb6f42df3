"""A table of text, and what a generator is given to make one."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import product
from random import Random
from types import MappingProxyType
from typing import Any, Final, TypeVar

from demo.members import Commune, Member

T = TypeVar("T")

TODAY: Final = dt.date(2026, 9, 30)
"""The demonstration's present: no clock, so that the same seed gives the same bytes."""


@dataclass(frozen=True)
class Table:
    """Header and rows; cells are the text that a CSV file holds, an empty cell is ''."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> int:
        """Place of a column, from zero; raises `ValueError` when it is not in the header."""
        return self.header.index(name)

    def map_column(self, name: str, change: Callable[[str], str], *, every: int = 1) -> "Table":
        """The table with `change` applied to one column, in each `every`-th row."""
        place = self.column(name)
        rows = tuple(
            (*row[:place], change(row[place]), *row[place + 1 :]) if not number % every else row
            for number, row in enumerate(self.rows)
        )
        return replace(self, rows=rows)


@dataclass(frozen=True)
class Assignment:
    """What a generator writes about: a member, a year, and its own source of chance."""

    member: Member
    year: int
    rng: Random

    @property
    def commune(self) -> Commune:
        """The member that is a commune; raises `ValueError` for one that holds several."""
        (commune,) = self.member.communes
        return commune

    def everywhere(self, things: Iterable[T]) -> Iterator[tuple[int, Commune, T]]:
        """All these things in each commune of the member, numbered from one."""
        for number, (commune, thing) in enumerate(product(self.member.communes, things), 1):
            yield number, commune, thing

    def day(self) -> dt.date:
        """A day of the year, never after `TODAY`."""
        first = dt.date(self.year, 1, 1)
        last = min(dt.date(self.year, 12, 31), TODAY)
        return first + dt.timedelta(days=self.rng.randrange((last - first).days + 1))

    def position(self, commune: Commune) -> tuple[float, float]:
        """Latitude and longitude within a kilometre or so of the town centre."""
        latitude = commune.latitude + self.rng.uniform(-0.008, 0.008)
        longitude = commune.longitude + self.rng.uniform(-0.012, 0.012)
        return round(latitude, 6), round(longitude, 6)

    def street(self) -> str:
        """A street name that any commune could have."""
        return str(self.rng.choice(words("streets")))


Generator = Callable[[Assignment], Table]


@cache
def _vocabulary() -> MappingProxyType[str, Any]:
    text = resources.files("demo.data").joinpath("words.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


def words(name: str) -> Any:
    """One list of the vocabulary (`demo/data/words.json`); the caller must not change it."""
    return _vocabulary()[name]


def table(records: list[dict[str, object]], header: tuple[str, ...]) -> Table:
    """Records as a table: columns in the order of `header`, `None` and absent as ''.

    Booleans, lists and numbers must already be the text that their schema asks for, except
    numbers, which are written as Python does. Raises `KeyError` for a field that the header
    does not name, so that a misspelt field cannot vanish.
    """
    known = set(header)
    for record in records:
        if unknown := record.keys() - known:
            raise KeyError(f"not in the header: {', '.join(sorted(unknown))}")
    return Table(
        header=header,
        rows=tuple(
            tuple("" if record.get(name) is None else str(record[name]) for name in header)
            for record in records
        ),
    )
