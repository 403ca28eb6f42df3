"""A map of territories as shapes on a sheet: pure geometry, no colour and no language.

A territory with a known outline is drawn by it. One whose position alone is known is a circle
whose area follows its population, moved aside as little as keeps it from covering another
(after D. Dorling, *Area Cartograms*, 1996). One without a position is a tile below the map:
the map is never empty and nobody is missing from it.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import orjson

from services.catalogue.models.contours import Contour, Outline

WIDTH = 760.0
MAX_HEIGHT = 720.0
MARGIN = 14.0
TILE = 26.0
_GAP = 1.5
_ROUNDS, _MANY = 40, 200
_GOLDEN_ANGLE = 2.4
_LEFT_OVER = 0.3  # overlap that nobody sees
_SMALLEST, _LARGEST = 3.0, 26.0
_CIRCLES_SHARE = 0.34  # of the sheet that all circles together cover
_LETTER, _LINE = 5.6, 11.0  # a letter and a line of a label, in units of the sheet
_ABSCISSA = re.compile(r"[ML](-?[\d.]+) ")
_FAR = 9.0  # degrees: overseas territories stand apart from a map of the mainland


@dataclass(frozen=True)
class Place:
    """What is to be drawn: a code, its name, where it lies, its inhabitants.

    `named`: its name is worth a place beside the shape when it has none on it.
    """

    code: str
    name: str
    contour: Contour | None
    population: int
    named: bool = False


@dataclass(frozen=True)
class Shape:
    """A drawn territory: `path` (SVG path data) or a circle of `radius` around (x, y)."""

    code: str
    x: float
    y: float
    path: str | None = None
    radius: float = 0.0


@dataclass(frozen=True)
class Label:
    """A name in the middle of (x, y): on its shape, else just below or above it."""

    name: str
    x: float
    y: float


@dataclass(frozen=True)
class Sheet:
    """Shapes on a sheet of `WIDTH` × `height`, the ground (outline around them) and tiles."""

    height: float
    ground: str | None
    shapes: tuple[Shape, ...]
    tiles: tuple[Shape, ...]
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True)
class _Projection:
    """Mercator, scaled and moved into the sheet."""

    scale: float
    left: float
    top: float

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        x, y = _mercator(longitude, latitude)
        return (x - self.left) * self.scale + MARGIN, (self.top - y) * self.scale + MARGIN


@lru_cache(maxsize=64)
def draw(places: tuple[Place, ...], ground: Contour | None = None) -> Sheet:
    """The sheet of these places, inside the outline of the territory that holds them.

    The same places give the same sheet, so the last ones are kept.

    Cost: linear in the points of the outlines; up to 40 rounds over circles that touch (a
    département of 890 communes: half a second).
    """
    near, far = _apart(places)
    frame = _frame(near, ground)
    if frame is None:
        tiles, height = _tiles([*near, *far], 0.0)
        return Sheet(height, None, (), tiles)
    projection, height = frame
    shapes = [_shape(place, projection) for place in near]
    shapes = _spread(shapes, _radii(near, shapes, height), height)
    tiles, height = _tiles(far, height)
    return Sheet(
        round(height, 1),
        _path(ground, projection) if ground else None,
        tuple(shapes),
        tiles,
        _labels(near, shapes),
    )


def _mercator(longitude: float, latitude: float) -> tuple[float, float]:
    bounded = max(-85.0, min(85.0, latitude))
    y = math.degrees(math.log(math.tan(math.pi / 4 + math.radians(bounded) / 2)))
    return longitude, y


def _apart(places: Sequence[Place]) -> tuple[list[Place], list[Place]]:
    """Places that share a sheet, and those without a position or an ocean away."""
    known = [place for place in places if place.contour]
    if not known:
        return [], list(places)
    middle_x = sorted(p.contour.longitude for p in known if p.contour)[len(known) // 2]
    middle_y = sorted(p.contour.latitude for p in known if p.contour)[len(known) // 2]
    near = [
        place
        for place in known
        if place.contour
        and abs(place.contour.longitude - middle_x) < _FAR
        and abs(place.contour.latitude - middle_y) < _FAR
    ]
    kept = {place.code for place in near}
    return near, [place for place in places if place.code not in kept]


def _frame(places: Sequence[Place], ground: Contour | None) -> tuple[_Projection, float] | None:
    points = [
        _mercator(x, y)
        for contour in (ground, *(place.contour for place in places))
        for polygon in _polygons(contour)
        for x, y in polygon[0]
    ]
    points.extend(
        _mercator(place.contour.longitude, place.contour.latitude)
        for place in places
        if place.contour
    )
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    # A single point still needs a sheet around it: a hundredth of a degree.
    wide, high = max(east - west, 0.01), max(north - south, 0.01)
    scale = min((WIDTH - 2 * MARGIN) / wide, (MAX_HEIGHT - 2 * MARGIN) / high)
    spare = (WIDTH - 2 * MARGIN - wide * scale) / 2 / scale
    return _Projection(scale, west - spare, north), high * scale + 2 * MARGIN


def _polygons(contour: Contour | None) -> Outline:
    return orjson.loads(contour.outline) if contour and contour.outline else []


def _shape(place: Place, projection: _Projection) -> Shape:
    assert place.contour is not None  # noqa: S101 – `_apart` has set the others aside
    x, y = projection.point(place.contour.longitude, place.contour.latitude)
    path = _path(place.contour, projection)
    return Shape(place.code, round(x, 1), round(y, 1), path)


def _path(contour: Contour, projection: _Projection) -> str | None:
    """SVG path data with a tenth of a unit; points that fall on the one before are dropped."""
    if contour.outline is None:
        return None
    rings = []
    for polygon in _polygons(contour):
        for ring in polygon:
            drawn: list[str] = []
            last: tuple[float, float] | None = None
            for longitude, latitude in ring[:-1]:
                x, y = projection.point(longitude, latitude)
                here = (round(x, 1), round(y, 1))
                if here != last:
                    drawn.append(f"{here[0]:g} {here[1]:g}")
                    last = here
            if len(drawn) > 2:
                rings.append(f"M{'L'.join(drawn)}z")
    return "".join(rings)


def _radii(places: Sequence[Place], shapes: Sequence[Shape], height: float) -> Mapping[str, float]:
    """Radii of the circles: areas follow the population, all of them a share of the sheet."""
    round_ones = {shape.code for shape in shapes if shape.path is None}
    people = {p.code: max(p.population, 1) for p in places if p.code in round_ones}
    total = sum(people.values())
    area = WIDTH * height * _CIRCLES_SHARE
    return {
        code: min(_LARGEST, max(_SMALLEST, math.sqrt(area * number / total / math.pi)))
        for code, number in people.items()
    }


def _spread(shapes: list[Shape], radii: Mapping[str, float], height: float) -> list[Shape]:
    """Circles moved apart: each pair that overlaps gives way by half, the same way each time."""
    circles = [shape for shape in shapes if shape.path is None]
    # The last number is the way to go for two that lie on one point: another one for each.
    at = [[s.x, s.y, radii[s.code], n * _GOLDEN_ANGLE] for n, s in enumerate(circles)]
    reach = 2 * max(radii.values(), default=0.0) + _GAP
    for _ in range(_ROUNDS if len(at) > _MANY else 5 * _ROUNDS):
        moved = False
        for one, other in _neighbours(at, reach):
            across, down = other[0] - one[0], other[1] - one[1]
            distance = math.hypot(across, down)
            overlap = one[2] + other[2] + _GAP - distance
            if overlap > _LEFT_OVER:
                moved = True
                unit_x, unit_y = (
                    (across / distance, down / distance)
                    if distance
                    else (math.cos(other[3]), math.sin(other[3]))
                )
                one[0] -= unit_x * overlap / 2
                one[1] -= unit_y * overlap / 2
                other[0] += unit_x * overlap / 2
                other[1] += unit_y * overlap / 2
        for circle in at:
            circle[0] = min(max(circle[0], circle[2]), WIDTH - circle[2])
            circle[1] = min(max(circle[1], circle[2]), height - circle[2])
        if not moved:
            break
    placed = {
        shape.code: replace(shape, x=round(x, 1), y=round(y, 1), radius=round(radius, 1))
        for shape, (x, y, radius, _) in zip(circles, at, strict=True)
    }
    return [placed.get(shape.code, shape) for shape in shapes]


def _neighbours(at: list[list[float]], reach: float) -> Iterator[tuple[list[float], list[float]]]:
    """Pairs of circles near enough to touch, found by squares of a grid as wide as the reach."""
    squares: dict[tuple[int, int], list[list[float]]] = {}
    for circle in at:
        squares.setdefault((int(circle[0] // reach), int(circle[1] // reach)), []).append(circle)
    for (column, row), inside in squares.items():
        for i, one in enumerate(inside):
            yield from ((one, other) for other in inside[i + 1 :])
            for beside in ((1, 0), (1, 1), (0, 1), (-1, 1)):
                others = squares.get((column + beside[0], row + beside[1]), ())
                yield from ((one, other) for other in others)


def _labels(places: Sequence[Place], shapes: Sequence[Shape]) -> tuple[Label, ...]:
    """Names that have room, none over another: those worth a place first, then the largest."""
    by_code = {shape.code: shape for shape in shapes}
    named = [by_code[place.code] for place in places if place.named]
    placed: list[tuple[Label, float]] = []
    for place in sorted(places, key=lambda p: (not p.named, -p.population, p.code)):
        shape, half = by_code[place.code], len(place.name) * _LETTER / 2
        if not half <= shape.x <= WIDTH - half:
            continue
        free = [
            label
            for y in _label_rows(shape, 2 * half, outside=place.named)
            if not any(
                abs(shape.x - other.x) < half + width and abs(y - other.y) < _LINE
                for other, width in placed
            )
            for label in [Label(place.name, shape.x, round(y, 1))]
        ]
        # Better above a circle than across that of a neighbour who counts as much.
        clear = [label for label in free if not _covers(label, half, shape, named)]
        if free:
            placed.append(((clear or free)[0], half))
    return tuple(label for label, _ in placed)


def _covers(label: Label, half: float, own: Shape, marks: Sequence[Shape]) -> bool:
    """Whether the name lies across the circle of another."""
    middle = label.y - _LINE / 3
    return any(
        abs(mark.x - label.x) < half + mark.radius
        and abs(mark.y - middle) < _LINE / 2 + mark.radius
        for mark in marks
        if mark is not own and mark.path is None
    )


def _label_rows(shape: Shape, width: float, *, outside: bool) -> Iterator[float]:
    """Where a name of that width may stand: on the shape, below it, above it."""
    if width < _width(shape) - 2:
        yield shape.y + 3
    if outside:
        yield shape.y + shape.radius + _LINE - 1
        yield shape.y - shape.radius - 3


def _width(shape: Shape) -> float:
    """A circle's diameter, an outline's width from end to end."""
    if shape.path is None:
        return 2 * shape.radius
    across = [float(x) for x in _ABSCISSA.findall(shape.path)]
    return max(across, default=0.0) - min(across, default=0.0)


def _tiles(places: Sequence[Place], top: float) -> tuple[tuple[Shape, ...], float]:
    """Squares in rows below the map, by name; the height of the sheet with them."""
    if not places:
        return (), top
    across = int((WIDTH - 2 * MARGIN) // TILE)
    tiles = tuple(
        Shape(
            place.code,
            x=MARGIN + (n % across) * TILE,
            y=top + MARGIN + (n // across) * TILE,
            radius=TILE - 2,
        )
        for n, place in enumerate(sorted(places, key=lambda place: (place.name, place.code)))
    )
    rows = math.ceil(len(places) / across)
    return tiles, top + 2 * MARGIN + rows * TILE
