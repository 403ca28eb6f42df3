"""Points and geometries."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.numbers import decimal

Point = tuple[Decimal, Decimal]
"""Longitude, then latitude, in degrees."""

_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def geopoint_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """`lon, lat`, a JSON array or a JSON object with lon and lat."""
    split = {"array": _from_array, "object": _from_object}.get(spec.format, _from_text)

    def read(text: str) -> Point | None:
        parts = split(text)
        if parts is None:
            return None
        longitude, latitude = (decimal(str(part).strip()) for part in parts)
        if longitude is None or latitude is None:
            return None
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            return None
        return longitude, latitude

    return read


def _from_text(text: str) -> list[Any] | None:
    parts = text.split(",")
    return [*parts] if len(parts) == 2 else None


def _from_array(text: str) -> list[Any] | None:
    value = read_json(text)
    return value if isinstance(value, list) and len(value) == 2 else None


def _from_object(text: str) -> list[Any] | None:
    value = read_json(text)
    if isinstance(value, dict) and set(value) == {"lon", "lat"}:
        return [value["lon"], value["lat"]]
    return None


def geojson_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """A GeoJSON object (RFC 7946) whose geometries have the right depth, or TopoJSON."""
    test = _is_topology if spec.format == "topojson" else _is_geojson

    def read(text: str) -> Any:
        value = read_json(text)
        return value if isinstance(value, dict) and test(value) else None

    return read


def read_json(text: str) -> Any:
    """The value, or None when the text is not JSON (deep nesting included)."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_topology(value: Mapping[str, Any]) -> bool:
    return (
        value.get("type") == "Topology"
        and isinstance(value.get("objects"), dict)
        and isinstance(value.get("arcs"), list)
    )


def _is_geojson(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    kind = value.get("type")
    if kind == "FeatureCollection":
        features = value.get("features")
        return isinstance(features, list) and all(map(_is_feature, features))
    return _is_feature(value) if kind == "Feature" else _is_geometry(value)


def _is_feature(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.get("type") == "Feature"
        and "properties" in value
        and "geometry" in value
        and (value["geometry"] is None or _is_geometry(value["geometry"]))
    )


def _is_geometry(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if value.get("type") == "GeometryCollection":
        members = value.get("geometries")
        return isinstance(members, list) and all(
            isinstance(member, dict) and member.get("type") in _DEPTHS and _is_geometry(member)
            for member in members
        )
    depth = _DEPTHS.get(str(value.get("type")))
    return depth is not None and _is_coordinates(value.get("coordinates"), depth)


def _is_coordinates(value: Any, depth: int) -> bool:
    if not isinstance(value, list):
        return False
    if depth:
        return all(_is_coordinates(part, depth - 1) for part in value)
    return len(value) >= 2 and all(
        isinstance(number, int | float) and not isinstance(number, bool) for number in value
    )
