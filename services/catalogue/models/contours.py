"""Contours of territories: read from the files that IGN, Etalab and the geo API publish.

Coordinates are WGS84 degrees, longitude first, as GeoJSON (RFC 7946) has them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import shapely
from shapely.errors import GEOSException
from shapely.geometry import MultiPolygon, Polygon, shape

from shared.errors import InvalidInputError

Level = Literal["commune", "epci", "departement", "region"]

Outline = list[list[list[list[float]]]]
"""Coordinates of a GeoJSON MultiPolygon."""

# Under which name each level's code stands in the files met: Etalab and the geo API (`code`,
# `codeEpci`, `siren`), IGN Admin Express (`INSEE_COM` …), OpenStreetMap (`ref:INSEE`).
_CODE_PROPERTIES: tuple[tuple[str, Level | None], ...] = (
    ("insee_com", "commune"),
    ("code_insee", "commune"),
    ("codgeo", "commune"),
    ("com_code", "commune"),
    ("ref:insee", None),
    ("code_siren", "epci"),
    ("siren_epci", "epci"),
    ("codeepci", "epci"),
    ("siren", "epci"),
    ("code_dept", "departement"),
    ("insee_dep", "departement"),
    ("dep_code", "departement"),
    ("code_reg", "region"),
    ("insee_reg", "region"),
    ("reg_code", "region"),
    ("insee", None),
    ("code", None),
)

# How far a simplified line may leave the drawn one, in degrees (0.001 is about 100 m). The
# largest scale at which a level is shown: communes on a département, régions on the country.
_TOLERANCE: dict[Level, float] = {
    "commune": 0.0006,
    "epci": 0.0015,
    "departement": 0.003,
    "region": 0.006,
}
_DECIMALS = 4
_GRID = 1e-6  # neighbours drawn apart by less are neighbours: a tenth of a metre


@dataclass(frozen=True)
class Contour:
    """Where a territory lies. `outline` is None where only its position is known; else the
    JSON text of an `Outline`, so that contours can be compared and drawings kept by them.

    `exact`: the position is the place itself, not that of its neighbours.
    """

    code: str
    outline: str | None
    longitude: float
    latitude: float
    exact: bool = True


@dataclass(frozen=True)
class DrawnTerritory:
    """A feature of a file: what it may name, most likely first, and its polygons.

    Two digits alone name a département and a région; `name` tells which.
    """

    code: str
    candidates: tuple[tuple[str, Level], ...]
    name: str
    polygons: MultiPolygon


def read_features(document: Any, level: Level | None = None) -> Iterator[DrawnTerritory]:
    """The territories of a GeoJSON document, or of an answer of the geo API.

    `level` says what the codes are when the file does not. Raises `InvalidInputError` at the
    first feature that cannot be read, with its number.
    """
    features = _features(document)
    for number, feature in enumerate(features, start=1):
        if not isinstance(feature, dict):
            raise InvalidInputError(f"L'élément n° {number} n'est pas un objet GeoJSON.")
        properties = feature.get("properties") or feature
        code, named = _code(properties, number)
        geometry = feature.get("geometry") or feature.get("contour")
        if geometry is None:
            continue
        name = str(properties.get("nom") or properties.get("NOM") or properties.get("name") or "")
        levels = (level,) if level else (named,) if named else _levels(code)
        candidates = tuple((_territory_code(code, one), one) for one in levels)
        yield DrawnTerritory(code, candidates, name, _polygons(geometry, number))


def simplified(drawn: Mapping[str, MultiPolygon], level: Level) -> list[Contour]:
    """Contours with fewer points; neighbours keep sharing their borders, without gaps.

    Visvalingam-Whyatt over the whole coverage (GEOS). About a second for 10,000 communes.
    """
    codes = sorted(drawn)
    shapes = [drawn[code] for code in codes]
    light = shapely.coverage_simplify(shapes, _TOLERANCE[level])
    return [
        _contour(code, simple if not simple.is_empty else full)
        for code, simple, full in zip(codes, light, shapes, strict=True)
    ]


def _features(document: Any) -> Sequence[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        features = document.get("features")
        if isinstance(features, list):
            return features
    if isinstance(document, dict) and (document.get("type") == "Feature" or "contour" in document):
        return [document]
    raise InvalidInputError(
        "Ce fichier n'est ni un GeoJSON (FeatureCollection) ni une réponse de l'API géo "
        "(liste de communes avec leur « contour »)."
    )


def _code(properties: Mapping[str, Any], number: int) -> tuple[str, Level | None]:
    by_name = {str(name).lower(): value for name, value in properties.items()}
    for name, level in _CODE_PROPERTIES:
        value = by_name.get(name)
        if value not in (None, ""):
            return str(value).strip().upper(), level
    known = ", ".join(str(name) for name in properties) or "aucune"
    raise InvalidInputError(
        f"L'élément n° {number} ne dit pas le code de son territoire (propriétés : {known}). "
        "Il faut « code », « INSEE_COM », « SIREN_EPCI », « INSEE_DEP » ou « INSEE_REG »."
    )


def _levels(code: str) -> tuple[Level, ...]:
    """What a code may be by its form: SIREN, commune, département or région."""
    if len(code) == 9:
        return ("epci",)
    return ("commune",) if len(code) == 5 else ("departement", "region")


def _territory_code(code: str, level: Level) -> str:
    """The catalogue's code: régions carry an R, since région 11 is not département 11."""
    return f"R{code.removeprefix('R').zfill(2)}" if level == "region" else code


def _polygons(geometry: Any, number: int) -> MultiPolygon:
    try:
        read = shape(geometry)
    except (GEOSException, AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise InvalidInputError(f"La géométrie de l'élément n° {number} est illisible.") from error
    if not isinstance(read, Polygon | MultiPolygon) or read.is_empty:
        raise InvalidInputError(
            f"L'élément n° {number} n'est pas un contour (Polygon ou MultiPolygon) "
            f"mais : {read.geom_type}."
        )
    west, south, east, north = read.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise InvalidInputError(
            f"Les coordonnées de l'élément n° {number} ne sont pas des degrés (WGS84). "
            "Le fichier est sans doute en Lambert 93 : exportez-le en EPSG:4326."
        )
    return _whole(read if read.is_valid else shapely.make_valid(read))


def _whole(read: Any) -> MultiPolygon:
    """All polygons of a geometry; what repair left of lines and points is dropped."""
    parts = [part for part in shapely.get_parts(read) if isinstance(part, Polygon | MultiPolygon)]
    return MultiPolygon(
        [polygon for part in parts for polygon in shapely.get_parts(part) if polygon.area > 0]
    )


def united(drawn: Iterable[MultiPolygon]) -> MultiPolygon:
    """One outline of several: communes that have merged since the file was drawn."""
    return _whole(shapely.union_all(list(drawn), grid_size=_GRID))


def _contour(code: str, polygons: Any) -> Contour:
    outline = [
        [
            [[round(x, _DECIMALS), round(y, _DECIMALS)] for x, y, *_ in ring.coords]
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        for polygon in shapely.get_parts(polygons)
    ]
    inside = polygons.representative_point()
    text = orjson.dumps(outline).decode()
    return Contour(code, text, round(inside.x, _DECIMALS), round(inside.y, _DECIMALS))
