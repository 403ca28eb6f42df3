"""Places of a table as points: facilities, addresses, charging stations, defibrillators."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.catalogue.operations.views.source import Record, ViewSource

MOST_POINTS = 2_000
MOST_LISTED = 100


@dataclass(frozen=True)
class Columns:
    """Where a schema keeps what a map needs. Each is SQL over the columns of the table.

    `group`: rows of one place become one point (a charging station has several points).
    """

    longitude: str
    latitude: str
    name: str
    kind: str
    address: str
    group: str | None = None
    details: tuple[str, ...] = ()


_NAMES = (("longitude", "latitude"), ("lon", "lat"), ("long", "lat"), ("lng", "lat"))
_FROM_POINT = "try_cast(trim(split_part(trim(coordonneesXY, '[] '), ',', {n})) as double)"

SCHEMAS: Mapping[str, Columns] = {
    "scdl/equipements": Columns(
        "try_cast(EQUIP_LONG as double)",
        "try_cast(EQUIP_LAT as double)",
        "EQUIP_NOM",
        "EQUIP_THEME",
        "concat_ws(' ', ADR_NUMERO, ADR_NOMVOIE, ADR_CODEPOSTAL, ADR_COMMUNE)",
        details=("EQUIP_TYPE", "EQUIP_OUVERTURE", "EQUIP_TEL", "EQUIP_WEB"),
    ),
    "etalab/schema-irve-statique": Columns(
        _FROM_POINT.format(n=1),
        _FROM_POINT.format(n=2),
        "nom_station",
        "implantation_station",
        "adresse_station",
        group="id_station_itinerance",
        details=("nom_enseigne", "puissance_nominale", "nbre_pdc", "horaires", "condition_acces"),
    ),
    "atlasante/schema-dae": Columns(
        "try_cast(long_coor1 as double)",
        "try_cast(lat_coor1 as double)",
        "nom",
        "acc",
        "concat_ws(' ', adr_num, adr_voie, com_cp, com_nom)",
        details=("acc_complt", "disp_j", "disp_h", "etat_fonct"),
    ),
    "etalab/schema-bal": Columns(
        "try_cast(long as double)",
        "try_cast(lat as double)",
        "concat_ws(' ', numero, suffixe, voie_nom)",
        "commune_nom",
        "concat_ws(' ', numero, suffixe, voie_nom, commune_nom)",
        details=("position", "source", "date_der_maj"),
    ),
}


@dataclass(frozen=True)
class Point:
    """A place. `rows`: how many rows of the table it stands for."""

    row: int
    longitude: float
    latitude: float
    name: str
    kind: str
    address: str
    rows: int
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Places:
    """`points` drawn, of `total` that fit; `unplaced` fit and have no coordinates."""

    points: tuple[Point, ...]
    total: int
    unplaced: int
    kinds: tuple[tuple[str, int], ...]
    kind: str | None


def columns_of(source: ViewSource) -> Columns | None:
    """How to read the places of this table; None when nothing says where they are."""
    known = SCHEMAS.get(source.table.schema_name or "")
    if known and source.table.schema_name == "etalab/schema-bal":
        return _with_present_street(source, known)
    return known or _guessed(source)


async def read_places(
    source: ViewSource, columns: Columns, *, kind: str | None = None, words: str | None = None
) -> Places:
    """Places that fit, by name; (0, 0) is no place, it is a cell left at zero."""
    x, y = columns.longitude, columns.latitude
    key = columns.group or "_row"
    details = "".join(f", any_value({name}) as {name}" for name in columns.details)
    fits = (
        f"(? is null or {columns.kind} = ?) and (? is null or contains(strip_accents(lower("
        f"concat_ws(' ', {columns.name}, {columns.address}))), strip_accents(lower(?))))"
    )
    kinds = await source.summary(
        f"select {columns.kind} as kind, count(distinct coalesce({key}::varchar, _row::varchar))"  # noqa: S608
        f" as number from valid where {columns.kind} is not null group by 1"
        " order by number desc, kind limit 30"
    )
    chosen = kind if kind in {row["kind"] for row in kinds} else None
    asked = (chosen, chosen, words or None, words or None)
    counted = await source.summary(
        f"select count(distinct coalesce({key}::varchar, _row::varchar)) as total,"  # noqa: S608
        f" count(*) filter ({x} is null or {y} is null or ({x} = 0 and {y} = 0)) as unplaced"
        f" from valid where {fits}",
        *asked,
    )
    rows = await source.summary(
        f"select min(_row) as row, any_value({x}) as longitude, any_value({y}) as latitude,"  # noqa: S608
        f" any_value({columns.name}) as name, any_value({columns.kind}) as kind,"
        f" any_value({columns.address}) as address, count(*) as rows{details}"
        f" from valid where {fits} and {x} between -180 and 180 and {y} between -90 and 90"
        f" and not ({x} = 0 and {y} = 0)"
        f" group by coalesce({key}::varchar, _row::varchar) order by name, row limit {MOST_POINTS}",
        *asked,
    )
    return Places(
        points=tuple(_point(row, columns) for row in rows),
        total=counted[0]["total"],
        unplaced=counted[0]["unplaced"],
        kinds=tuple((row["kind"], row["number"]) for row in kinds),
        kind=chosen,
    )


def _point(row: Record, columns: Columns) -> Point:
    return Point(
        row=row["row"],
        longitude=row["longitude"],
        latitude=row["latitude"],
        name=row["name"] or row["address"] or "",
        kind=row["kind"] or "",
        address=row["address"] or "",
        rows=row["rows"],
        details={name: row[name] for name in columns.details if row[name] is not None},
    )


def _with_present_street(source: ViewSource, columns: Columns) -> Columns:
    """Versions of the address schema name the street `voie_nom` or `toponyme`."""
    names = {column.name for column in source.table.columns}
    street = next((name for name in ("voie_nom", "toponyme") if name in names), "''")
    return Columns(
        columns.longitude,
        columns.latitude,
        columns.name.replace("voie_nom", street),
        columns.kind,
        columns.address.replace("voie_nom", street),
        details=tuple(name for name in columns.details if name in names),
    )


def _guessed(source: ViewSource) -> Columns | None:
    """Coordinates of a table that no map knows, by the names that people give to columns."""
    by_name = {column.name.lower(): column.name for column in source.table.columns}
    for longitude, latitude in _NAMES:
        if longitude in by_name and latitude in by_name:
            x, y = (by_name[one].replace('"', '""') for one in (longitude, latitude))
            label = next(
                (by_name[n] for n in ("nom", "name", "libelle", "titre") if n in by_name), None
            )
            name = '"' + label.replace('"', '""') + '"' if label else "''"
            return Columns(
                f'try_cast("{x}" as double)', f'try_cast("{y}" as double)', name, "null", "''"
            )
    return None
