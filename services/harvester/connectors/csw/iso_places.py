"""Place and period of an ISO 19139 record. Pure."""

from services.harvester.connectors.csw.paths import at, text_at
from services.harvester.connectors.markup import Element
from services.harvester.connectors.values.dates import parse_period
from services.harvester.connectors.values.places import bounding_box, normalise_zone, spatial_of
from services.harvester.connectors.values.texts import clean_line
from shared.contracts.records import Period, Spatial

_EXTENT = "identificationInfo/*/extent"
_SIDES = (
    "westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude",
)  # fmt: skip


def period_of(record: Element) -> Period | None:
    """gml:TimePeriod, whose ends may be empty, or lie in an instant."""
    for extent in at(record, f"{_EXTENT}//EX_TemporalExtent"):
        for period in at(extent, "/TimePeriod"):
            start = text_at(period, "beginPosition", "begin//timePosition")
            end = text_at(period, "endPosition", "end//timePosition")
            if found := parse_period(start, end):
                return found
        instant = text_at(extent, "/TimeInstant/timePosition")
        if found := parse_period(instant, instant):
            return found
    return None


def spatial_of_record(record: Element, warnings: list[str]) -> Spatial | None:
    """The first box that can be read, INSEE zones among the codes, and a name."""
    geometry = None
    unreadable = False
    for box in at(record, f"{_EXTENT}//EX_GeographicBoundingBox"):
        found = bounding_box(*(text_at(box, side) for side in _SIDES))
        geometry = geometry or found
        unreadable = unreadable or found is None
    if unreadable and geometry is None:
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    codes = list(_codes(record))
    zones = [z for code in codes if (z := normalise_zone(code)) and z.startswith("fr:")]
    said = text_at(record, f"{_EXTENT}/EX_Extent/description")
    name = clean_line(said) or next((clean_line(code) for code in codes), None)
    return spatial_of(zones, geometry, name)


def _codes(record: Element) -> list[str]:
    path = f"{_EXTENT}//EX_GeographicDescription/geographicIdentifier/*"
    found = (text_at(identifier, "code") for identifier in at(record, path))
    return [code for code in found if code]
