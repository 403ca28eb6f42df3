"""The map's territories as GeoJSON, for dashboards and other maps."""

from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import APIRouter, Response

from services.catalogue.api.dependencies import GivenDatabase
from services.catalogue.models.contours import Contour
from services.catalogue.operations.read_map import TerritoryMap, Unit, read_map

router = APIRouter()


@router.get("/map.geojson", summary="La carte de l'ouverture des données", response_model=None)
async def get_map(database: GivenDatabase, territory: str | None = None) -> Response:
    """The territories inside one (`france` for the départements; by default the members'
    département), with their figures, as a GeoJSON FeatureCollection.

    The geometry is the outline where it is known, else a point, else null.
    """
    shown = await read_map(database, territory, as_of=datetime.now(UTC))
    return Response(
        orjson.dumps({"type": "FeatureCollection", "features": _features(shown)}),
        media_type="application/geo+json",
    )


def _features(shown: TerritoryMap) -> list[dict[str, Any]]:
    return [
        {
            "type": "Feature",
            "id": unit.territory.code,
            "geometry": _geometry(shown.contours.get(unit.territory.code)),
            "properties": _properties(unit),
        }
        for unit in shown.units
    ]


def _geometry(contour: Contour | None) -> dict[str, Any] | None:
    if contour is None:
        return None
    if contour.outline is None:
        return {"type": "Point", "coordinates": [contour.longitude, contour.latitude]}
    return {"type": "MultiPolygon", "coordinates": orjson.loads(contour.outline)}


def _properties(unit: Unit) -> dict[str, Any]:
    return {
        "code": unit.territory.code,
        "name": unit.territory.name,
        "kind": unit.territory.kind,
        "population": unit.territory.population,
        "datasets": unit.openness.datasets,
        "valid_share": unit.openness.valid_share,
        "fresh_share": unit.openness.fresh_share,
        "socle_schemas": unit.openness.socle,
        "member": unit.member,
        "roles": [role.value for role in unit.roles],
    }
