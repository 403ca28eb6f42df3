"""Where a dataset is about: the address of each territory, and a geometry."""

import json

from pyoxigraph import Literal, NamedNode

from services.catalogue.adapters.dcat.terms import GEOJSON, WKT, Statements, text
from services.catalogue.adapters.dcat.vocabularies import FRANCE
from services.catalogue.models.contours import Contour
from services.catalogue.models.publication import Place, PublishedDataset
from services.catalogue.models.territory import WHOLE_COUNTRY, zone_code

_LEVELS = {
    "commune": "commune",
    "arrondissement": "arrondissementMunicipal",
    "departement": "departement",
    "region": "region",
    "epci": "intercommunalite",
    "ept": "intercommunalite",
}
_INSEE = "http://id.insee.fr/geo/"


def describe_places(said: Statements, node: NamedNode, published: PublishedDataset) -> None:
    """The geometry of the source first; the position of territories where it gave none.

    Territories are Insee's addresses; a zone of another kind is a place with that identifier.
    """
    spatial = published.spatial
    own = spatial.geometry if spatial else None
    name = spatial.name if spatial else None
    if own or name:
        extent = NamedNode(f"{node.value}#emprise")
        said.say(node, "dct:spatial", extent)
        said.is_a(extent, "dct:Location")
        if own:
            said.say(extent, "locn:geometry", Literal(json.dumps(own), datatype=GEOJSON))
        if name:
            said.say(extent, "skos:prefLabel", text(name))
    for zone, place in published.places.items():
        territory = NamedNode(insee_address(place) if place.territory.kind in _LEVELS else zone)
        said.say(node, "dct:spatial", territory)
        said.is_a(territory, "dct:Location")
        if not own:
            _locate(said, territory, place.contour)
        if not name:
            said.say(territory, "skos:prefLabel", text(place.territory.name))
    strangers = [
        zone for zone in (spatial.zones if spatial else ()) if zone not in published.places
    ]
    for number, zone in enumerate(strangers):
        if zone_code(zone) == WHOLE_COUNTRY:
            said.say(node, "dct:spatial", FRANCE)
            said.is_a(FRANCE, "dct:Location")
            continue
        other = NamedNode(f"{node.value}#zone-{number}")
        said.say(node, "dct:spatial", other)
        said.is_a(other, "dct:Location")
        said.say(other, "dct:identifier", Literal(zone))


def insee_address(place: Place) -> str:
    """The address that Insee gives to a territory."""
    territory = place.territory
    return f"{_INSEE}{_LEVELS[territory.kind]}/{territory.code.removeprefix('R')}"


def _locate(said: Statements, territory: NamedNode, contour: Contour | None) -> None:
    if contour is None:
        return
    if contour.outline:
        polygons = json.loads(contour.outline)
        points = [point for polygon in polygons for point in polygon[0]]
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        west, east, south, north = min(xs), max(xs), min(ys), max(ys)
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        said.say(territory, "dcat:bbox", Literal(f"POLYGON(({ring}))", datatype=WKT))
    point = f"POINT({contour.longitude} {contour.latitude})"
    said.say(territory, "dcat:centroid", Literal(point, datatype=WKT))
