"""GeoJSON features (RFC 7946): properties are columns, and the geometry where one is asked."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from services.validator.engine.readers.json_text import dumps, json_text
from services.validator.engine.table import ReadHints

GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
     "GeometryCollection"}
)  # fmt: skip
_NOT_LOCATED = ""


@dataclass(frozen=True)
class Feature:
    """`kind` is the geometry's type, empty when there is none."""

    properties: Mapping[str, Any]
    geometry: Any
    kind: str
    id: Any

    def point(self, index: int) -> str:
        """Longitude (0) or latitude (1) of a point, empty for anything else."""
        if self.kind != "Point":
            return ""
        coordinates = self.geometry.get("coordinates")
        located = isinstance(coordinates, list) and len(coordinates) > 1
        return json_text(coordinates[index]) if located else ""


def feature_of(value: Any) -> Feature | None:
    """None for an object that is no feature."""
    if not isinstance(value, dict) or value.get("type") != "Feature":
        return None
    properties = value.get("properties")
    geometry = value.get("geometry")
    if not isinstance(properties, dict | None) or not isinstance(geometry, dict | None):
        return None
    kind = (geometry or {}).get("type")
    known = kind if kind in GEOMETRIES else _NOT_LOCATED
    return Feature(properties or {}, geometry, known, value.get("id"))


def geometry_labels(
    labels: Collection[str], kinds: Collection[str], hints: ReadHints, *, with_id: bool
) -> list[tuple[str, Callable[[Feature], str]]]:
    """Columns of the schema that the features fill beside their properties.

    A geometry is written only where the schema has a column for it; longitude and latitude
    only when every feature is a point.
    """
    writers = [
        (name, _WRITERS[kind])
        for name, kind in hints.geometries.items()
        if name not in labels and (kind == "geojson" or set(kinds) <= {"Point", _NOT_LOCATED})
    ]
    if with_id and "id" in hints.names and "id" not in labels:
        writers.append(("id", lambda feature: json_text(feature.id)))
    return writers


def _pair(feature: Feature, form: str) -> str:
    longitude, latitude = feature.point(0), feature.point(1)
    return form % (longitude, latitude) if longitude and latitude else ""


_WRITERS: Mapping[str, Callable[[Feature], str]] = {
    "geojson": lambda feature: "" if feature.geometry is None else dumps(feature.geometry),
    "lon": lambda feature: feature.point(0),
    "lat": lambda feature: feature.point(1),
    "geopoint": lambda feature: _pair(feature, "%s, %s"),
    "geopoint-array": lambda feature: _pair(feature, "[%s, %s]"),
    "geopoint-object": lambda feature: _pair(feature, '{"lon": %s, "lat": %s}'),
}
