"""In which territory a geometry lies.

By contours of communes where they were imported (`socle territories import-contours`), else
by the positions of town centres, else in which département. Coordinates are WGS84 degrees.
"""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import orjson
import shapely
from shapely.errors import GEOSException
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from services.catalogue.models.contours import Contour

REACH = 0.08
"""Degrees around a geometry in which the centre of its commune is looked for: some 8 km."""

_WIDEST = 2.0  # degrees across: beyond, no single département is meant
_COMMUNE_WIDEST = 0.15
_MOST = 0.5  # of the area that must lie in a commune's contour
_NEARLY_ALL = 0.9  # of the area that must lie in a département's: boxes stick out
_CLEARLY_NEARER = 0.6


def readable(geometry: Mapping[str, Any]) -> BaseGeometry | None:
    """The geometry, mended where it crosses itself; None where nothing can be made of it."""
    try:
        read = shape(geometry)
        whole = read if read.is_valid else shapely.make_valid(read)
    except (GEOSException, AttributeError, KeyError, TypeError, ValueError, IndexError):
        return None
    if whole.is_empty or _width(whole) > _WIDEST:
        return None
    return whole


def territory_of(geometry: BaseGeometry, around: Iterable[Contour]) -> str | None:
    """The code of the commune, else of the département, that the geometry lies in."""
    contours = list(around)
    communes = [one for one in contours if len(one.code) == 5]
    departements = [one for one in contours if len(one.code) <= 3]
    if _width(geometry) <= _COMMUNE_WIDEST:
        drawn = _inside(geometry, communes, least=_MOST)
        found = drawn or _nearest(geometry, [one for one in communes if one.exact])
        if found:
            return found
    return _inside(geometry, departements, least=_NEARLY_ALL)


def _inside(geometry: BaseGeometry, contours: Iterable[Contour], *, least: float) -> str | None:
    """The contour that holds the largest share of the geometry, if that is enough."""
    best, held = None, 0.0
    for contour in contours:
        if contour.outline is None:
            continue
        share = _share(geometry, _outline(contour.outline))
        if share > held:
            best, held = contour.code, share
    return best if held >= least else None


@lru_cache(maxsize=512)
def _outline(coordinates: str) -> BaseGeometry:
    """Every département is asked for each geometry: some hundred outlines stay read."""
    outline = shape({"type": "MultiPolygon", "coordinates": orjson.loads(coordinates)})
    return outline if outline.is_valid else shapely.make_valid(outline)


def _share(geometry: BaseGeometry, outline: BaseGeometry) -> float:
    whole: float = geometry.area or geometry.length
    if not whole:
        return float(outline.intersects(geometry))
    common = geometry.intersection(outline)
    return float(common.area if geometry.area else common.length) / whole


def _nearest(geometry: BaseGeometry, communes: Iterable[Contour]) -> str | None:
    """The commune whose centre is by far the nearest to the middle of the geometry."""
    middle = geometry.centroid
    scale = math.cos(math.radians(middle.y))
    ranked = sorted(
        (math.hypot((one.longitude - middle.x) * scale, one.latitude - middle.y), one.code)
        for one in communes
    )
    if not ranked or ranked[0][0] > REACH:
        return None
    if len(ranked) > 1 and ranked[0][0] > _CLEARLY_NEARER * ranked[1][0]:
        return None
    return ranked[0][1]


def _width(geometry: BaseGeometry) -> float:
    west, south, east, north = geometry.bounds
    return float(max(east - west, north - south))
