"""Which pictures a table can be shown as, decided from its columns and its first rows.

Three at most: places on a map, a quantity over time, a quantity by class. A table that lends
itself to none gets none: a chart of identifiers is worse than no chart.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.catalogue.models.resource_table import TableColumn
from services.catalogue.portal.charts import Place

Row = Mapping[str, str | None]

_LATITUDE = re.compile(r"(^|[_ ]|y|equip_)lat(itude)?($|[_ ]|_coor)", re.IGNORECASE)
_LONGITUDE = re.compile(r"(^|[_ ]|x|equip_)lon(g|gitude)?($|[_ ]|_coor)", re.IGNORECASE)
_PAIR = re.compile(r"^\s*\[?\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*\]?\s*$")
_PAIRED = re.compile(r"coordonnees|geo_?point|geoloc", re.IGNORECASE)
_LONGITUDE_FIRST = re.compile(r"xy|lonlat", re.IGNORECASE)
_MOMENTS = {"date", "datetime", "year", "yearmonth"}
_QUANTITY = re.compile(
    r"montant|nombre|nb_?|total|puissance|capacite|prix|cout|surface"
    r"|credits|realise|places",
    re.IGNORECASE,
)
_NO_QUANTITY = re.compile(
    r"code|siren|siret|insee|annee|numero|(^|_)id($|_)|_id$|lat|lon|postal|(^|_)[xy]($|_)",
    re.IGNORECASE,
)
_NO_CLASS = re.compile(r"(^|_)(id|uid|url|siren|siret|code|cle)(_|$)|objet|nom$", re.IGNORECASE)
_CLASSES = range(2, 31)
_BARS = 8
_FEWEST = 3
_NAMES = re.compile(r"nom|libelle|titre|enseigne|adresse|objet", re.IGNORECASE)
_MONTHS_TO_YEARS = 30


@dataclass(frozen=True)
class Amounts:
    """What a chart shows for each name: the sum of `measure`, or the number of rows (None).

    `by`: the column of the names; `kind`: they are years, months or classes. `rest` sums the
    classes that are not shown.
    """

    kind: str
    by: str
    measure: str | None
    values: Sequence[tuple[str, float]]
    rest: float = 0


@dataclass(frozen=True)
class Pictures:
    """What was found to draw, from `rows` rows."""

    rows: int
    places: Sequence[Place] = ()
    over_time: Amounts | None = None
    by_class: Amounts | None = None

    @property
    def any(self) -> bool:
        """Whether there is something to see."""
        return bool(self.places or self.over_time or self.by_class)


def choose_pictures(columns: Sequence[TableColumn], rows: Sequence[Row]) -> Pictures:
    """What these rows can be drawn as. Cost grows with rows × columns, once."""
    if len(rows) < _FEWEST:
        return Pictures(len(rows))
    measure = _measure(columns, rows)
    return Pictures(
        rows=len(rows),
        places=_places(columns, rows),
        over_time=_over_time(columns, rows, measure),
        by_class=_by_class(columns, rows, measure),
    )


def number_of(text: str | None) -> float | None:
    """A number as the tables write it: decimal point, no spaces."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def _measure(columns: Sequence[TableColumn], rows: Sequence[Row]) -> str | None:
    """The column worth adding up: a number by its type and a quantity by its name."""
    for column in columns:
        if column.type not in {"number", "integer"} or column.key:
            continue
        if not _QUANTITY.search(column.name) or _NO_QUANTITY.search(column.name):
            continue
        filled = sum(number_of(row.get(column.name)) is not None for row in rows)
        if filled >= len(rows) / 2:
            return column.name
    return None


def _sums(
    rows: Iterable[Row], measure: str | None, column: str, named: Callable[[str], str | None]
) -> dict[str, float]:
    """The measure (or one for each row) added up by what the column's cells are named."""
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        if name := named(row.get(column) or ""):
            sums[name] += 1 if measure is None else (number_of(row.get(measure)) or 0)
    return sums


def _over_time(
    columns: Sequence[TableColumn], rows: Sequence[Row], measure: str | None
) -> Amounts | None:
    for column in columns:
        if column.type not in _MOMENTS:
            continue
        months = {_month(row.get(column.name)) for row in rows} - {None}
        years = {month[:4] for month in months if month}
        by_month = all(month and len(month) == 7 for month in months)
        if by_month and _FEWEST <= len(months) <= _MONTHS_TO_YEARS and len(years) < _FEWEST:
            kind = "month"
        elif len(years) >= _FEWEST:
            kind = "year"
        else:
            continue
        found = _sums(rows, measure, column.name, _month if kind == "month" else _year)
        return Amounts(kind, column.name, measure, sorted(found.items()))
    return None


def _month(text: str | None) -> str | None:
    """`2026-03` of a date or month, `2026` of a year; None of anything else."""
    given = (text or "")[:10]
    try:
        if len(given) == 10:
            return date.fromisoformat(given).isoformat()[:7]
        if len(given) == 7:
            return date.fromisoformat(f"{given}-01").isoformat()[:7]
        return f"{int(given):04}" if len(given) == 4 else None
    except ValueError:
        return None


def _year(text: str | None) -> str | None:
    month = _month(text)
    return month[:4] if month else None


def _by_class(
    columns: Sequence[TableColumn], rows: Sequence[Row], measure: str | None
) -> Amounts | None:
    best: tuple[float, str] | None = None
    for column in columns:
        if column.type not in {None, "string", "boolean"} or _NO_CLASS.search(column.name):
            continue
        values = Counter(value for row in rows if (value := row.get(column.name)))
        filled = values.total()
        if len(values) not in _CLASSES or filled < len(rows) / 2 or filled < 2 * len(values):
            continue
        if max(map(len, values)) > 80:
            continue
        # Few classes of like sizes tell more than one that holds nearly everything.
        evenness = 1 - values.most_common(1)[0][1] / filled
        if best is None or evenness > best[0]:
            best = (evenness, column.name)
    if best is None:
        return None
    name = best[1]
    sums = _sums(rows, measure, name, lambda cell: cell)
    ranked = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
    return Amounts(
        "class", name, measure, ranked[:_BARS], sum(value for _, value in ranked[_BARS:])
    )


def _places(columns: Sequence[TableColumn], rows: Sequence[Row]) -> list[Place]:
    names = [column.name for column in columns]
    label = next((name for name in names if _NAMES.search(name)), names[0] if names else "")
    latitude = next((name for name in names if _LATITUDE.search(name)), None)
    longitude = next((name for name in names if _LONGITUDE.search(name)), None)
    paired = next((c.name for c in columns if c.type == "geopoint" or _PAIRED.search(c.name)), None)
    found = []
    for row in rows:
        if latitude and longitude:
            where = number_of(row.get(longitude)), number_of(row.get(latitude))
        elif paired:
            where = _pair(row.get(paired), longitude_first=bool(_LONGITUDE_FIRST.search(paired)))
        else:
            return []
        x, y = where
        if (
            x is not None
            and y is not None
            and -180 <= x <= 180
            and -85 <= y <= 85
            and (x, y) != (0, 0)
        ):
            found.append(Place(x, y, (row.get(label) or "")[:120]))
    return found if len(found) >= _FEWEST else []


def _pair(text: str | None, *, longitude_first: bool) -> tuple[float | None, float | None]:
    """`48.7,2.4` (latitude first, as French portals write), `[2.4, 48.7]` of a `…XY` column."""
    given = text or ""
    if given.startswith("{"):
        try:
            point = json.loads(given)
            return number_of(str(point["lon"])), number_of(str(point["lat"]))
        except (ValueError, KeyError, TypeError):
            return None, None
    match = _PAIR.match(given)
    if match is None:
        return None, None
    first, second = float(match[1]), float(match[2])
    return (first, second) if longitude_first else (second, first)
