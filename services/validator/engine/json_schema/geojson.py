"""The schemas of geojson.org, which French schemas refer to and nobody has to fetch."""

from collections.abc import Mapping
from typing import Any

_POSITION: Mapping[str, Any] = {"type": "array", "minItems": 2, "items": {"type": "number"}}
_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def _coordinates(depth: int) -> Mapping[str, Any]:
    return _POSITION if depth == 0 else {"type": "array", "items": _coordinates(depth - 1)}


def _typed(kind: str, **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", *members],
        "properties": {"type": {"enum": [kind]}, **members},
    }


def geojson_schemas() -> dict[str, dict[str, Any]]:
    """By address, with http and https."""
    simple = {kind: _typed(kind, coordinates=_coordinates(d)) for kind, d in _DEPTHS.items()}
    collection = _typed(
        "GeometryCollection", geometries={"type": "array", "items": {"oneOf": [*simple.values()]}}
    )
    geometry = {"oneOf": [*simple.values(), collection]}
    feature = _typed(
        "Feature",
        properties={"type": ["object", "null"]},
        geometry={"oneOf": [{"type": "null"}, geometry]},
    )
    features = _typed("FeatureCollection", features={"type": "array", "items": feature})
    named = {
        **simple,
        "GeometryCollection": collection,
        "Geometry": geometry,
        "Feature": feature,
        "FeatureCollection": features,
        "GeoJSON": {"oneOf": [geometry, feature, features]},
    }
    return {
        f"{scheme}://geojson.org/schema/{name}.json": schema
        for scheme in ("http", "https")
        for name, schema in named.items()
    }
