"""INSEE zones in their old and new forms, and geometries checked before they are kept."""

import json
import math
import re

from shared.contracts.records import Spatial

_LEVELS = {
    "commune": "commune", "town": "commune", "arrondissement": "arrondissement",
    "epci": "epci", "intercommunalite": "epci", "departement": "departement",
    "county": "departement", "region": "region", "country": "country",
}  # fmt: skip
_INSEE_URI = re.compile(
    r"https?://id\.insee\.fr/geo/(commune|departement|region|intercommunalite)/([0-9AB]+)"
)
_EU_FRANCE = re.compile(r"https?://publications\.europa\.eu/resource/authority/country/FRA/?$")
_WKT = re.compile(
    r"^(?:<([^>]*)>)?\s*(MULTIPOLYGON|POLYGON|POINT|LINESTRING)\s*Z?\s*(\(.*\))$",
    re.IGNORECASE | re.DOTALL,
)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_BOX_LIMIT = re.compile(r"(north|south|east|west)limit\s*=\s*([-+0-9.]+)", re.IGNORECASE)
_GEOJSON = {
    "point": "Point", "linestring": "LineString", "polygon": "Polygon",
    "multipolygon": "MultiPolygon",
}  # fmt: skip
_DEPTHS = {"Point": 1, "LineString": 2, "Polygon": 3, "MultiPolygon": 4, "MultiPoint": 2}

GEOMETRY_LIMIT = 100_000
"""Characters of JSON beyond which a geometry is replaced by its bounding box."""


def normalise_zone(value: object) -> str | None:
    """`fr:commune:94028` out of `fr:commune:94028@1943-01-01`, `fr/town/94028` or a URI."""
    if not isinstance(value, str) or not value.strip():
        return None
    text = value.strip().split("@")[0]
    if found := _INSEE_URI.match(text):
        return f"fr:{_LEVELS[found[1]]}:{found[2]}"
    if _EU_FRANCE.match(text):
        return "country:fr"
    parts = re.split(r"[:/]", text)
    if parts[0] == "country" and len(parts) > 1:
        return f"country:{parts[1].lower()}"
    if parts[0] == "fr" and len(parts) > 2 and parts[1] in _LEVELS:
        return f"fr:{_LEVELS[parts[1]]}:{parts[2]}"
    return text


def is_zone(text: str | None) -> bool:
    """Whether a normalised zone is one of ours, not just some text."""
    return bool(text and text.startswith(("fr:", "country:")))


def read_geometry(value: object) -> dict[str, object] | None:
    """GeoJSON (text or object), WKT or a box of limits, as GeoJSON in longitude, latitude.

    `None` when a coordinate is not a finite number on the globe.
    """
    if isinstance(value, dict):
        return _checked(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text.startswith("{"):
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            return None
        return _checked(parsed) if isinstance(parsed, dict) else None
    return _checked(_from_wkt(text) or _from_limits(text) or {})


def bounding_box(
    west: object, south: object, east: object, north: object
) -> dict[str, object] | None:
    """The box as GeoJSON; sides in the wrong order are put right.

    `None` when a side is not a finite number on the globe.
    """
    try:
        sides = [float(str(side).strip().replace(",", ".")) for side in (west, south, east, north)]
    except ValueError:
        return None
    if not all(map(math.isfinite, sides)):
        return None
    (left, right), (bottom, top) = sorted(sides[::2]), sorted(sides[1::2])
    return _checked(_box(left, bottom, right, top))


def spatial_of(
    zones: list[str], geometry: dict[str, object] | None, name: str | None
) -> Spatial | None:
    """The place, or nothing when nothing is known of it."""
    if not (zones or geometry or name):
        return None
    return Spatial(zones=tuple(dict.fromkeys(zones)), geometry=geometry, name=name)


def _from_wkt(text: str) -> dict[str, object] | None:
    found = _WKT.match(text)
    if not found:
        return None
    kind = _GEOJSON[found[2].lower()]
    # EPSG:4326 as its registry defines it: latitude first.
    latitude_first = "4326" in (found[1] or "")
    body = re.sub(r"[^(),]+", lambda match: _wkt_position(match[0], swap=latitude_first), found[3])
    try:
        coordinates = json.loads(body.replace("(", "[").replace(")", "]"))
    except (ValueError, RecursionError):
        return None
    # `POINT (x y)` has one bracket around one position; a line has brackets around many.
    if kind == "Point" and coordinates:
        coordinates = coordinates[0]
    return {"type": kind, "coordinates": coordinates}


def _wkt_position(text: str, *, swap: bool) -> str:
    numbers = _NUMBER.findall(text)
    if not text.strip():
        return ""
    if len(numbers) < 2:
        return "null"
    x, y = numbers[:2]
    return json.dumps([float(y), float(x)] if swap else [float(x), float(y)])


def _from_limits(text: str) -> dict[str, object] | None:
    limits = {name.lower(): number for name, number in _BOX_LIMIT.findall(text)}
    try:
        west, south, east, north = (
            float(limits[name]) for name in ("west", "south", "east", "north")
        )
    except (KeyError, ValueError):
        return None
    return _box(west, south, east, north)


def _box(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _checked(geometry: dict[str, object]) -> dict[str, object] | None:
    kind = geometry.get("type")
    depth = _DEPTHS.get(str(kind))
    if depth is None:
        return None
    positions: list[tuple[float, float]] = []
    if not _collect(geometry.get("coordinates"), depth, positions) or not positions:
        return None
    kept: dict[str, object] = {"type": kind, "coordinates": geometry["coordinates"]}
    if len(json.dumps(kept)) > GEOMETRY_LIMIT:
        xs, ys = [x for x, _ in positions], [y for _, y in positions]
        return _box(min(xs), min(ys), max(xs), max(ys))
    return kept


def _collect(value: object, depth: int, into: list[tuple[float, float]]) -> bool:
    """Append every position of `value`; false when one of them is not on the globe."""
    if not isinstance(value, list):
        return False
    if depth > 1:
        return all(_collect(part, depth - 1, into) for part in value)
    if len(value) < 2 or not all(
        isinstance(number, int | float) and math.isfinite(number) for number in value
    ):
        return False
    x, y = float(value[0]), float(value[1])
    into.append((x, y))
    return abs(x) <= 180 and abs(y) <= 90
