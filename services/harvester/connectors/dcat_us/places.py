"""Place and period of a DCAT-US dataset, as text (1.1) or as objects (3.0). Pure."""

from services.harvester.connectors.values.dates import parse_interval, parse_period
from services.harvester.connectors.values.members import listed, mapping, text
from services.harvester.connectors.values.places import bounding_box, read_geometry, spatial_of
from services.harvester.connectors.values.texts import clean_line
from shared.contracts.records import Period, Spatial


def spatial_in(value: object, warnings: list[str]) -> Spatial | None:
    """`west,south,east,north`, WKT, GeoJSON, a name, or locations that hold any of them."""
    geometry: dict[str, object] | None = None
    name: str | None = None
    unreadable = False
    for place in listed(value):
        location = mapping(place)
        parts = [location.get(key) for key in ("geometry", "bbox", "centroid")]
        for part in [place, *parts]:
            found = _geometry(part)
            geometry = geometry or found
            unreadable = unreadable or (part is not None and part is not place and found is None)
        label = None if _geometry(place) else clean_line(text(place))
        name = name or label
    if unreadable and geometry is None:
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    return spatial_of([], geometry, name)


def temporal_in(value: object, warnings: list[str]) -> Period | None:
    """`start/end`, or periods with their two dates; the first that can be read."""
    found = listed(value)
    for part in found:
        period = mapping(part)
        read = (
            parse_period(text(period.get("startDate")), text(period.get("endDate")))
            if period
            else parse_interval(part)
            if isinstance(part, str)
            else None
        )
        if read:
            return read
    if found:
        warnings.append("Couverture temporelle illisible : elle est laissée de côté.")
    return None


def _geometry(value: object) -> dict[str, object] | None:
    if isinstance(value, str) and value.count(",") == 3:
        west, south, east, north = value.split(",")
        if box := bounding_box(west, south, east, north):
            return box
    return read_geometry(value)
