"""The drawing of a map, whatever is to be drawn."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.models.choropleth import MARGIN, MAX_HEIGHT, WIDTH, Place, draw
from services.catalogue.models.contours import Contour


def outline(west: float, south: float, side: float) -> str:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps([[ring]])


@st.composite
def places(draw_from: st.DrawFn) -> tuple[Place, ...]:
    longitudes = st.floats(-61, 56)
    latitudes = st.floats(-22, 51)
    made = []
    for n in range(draw_from(st.integers(0, 25))):
        x, y = draw_from(longitudes), draw_from(latitudes)
        kind = draw_from(st.sampled_from(["none", "point", "outline"]))
        contour = {
            "none": None,
            "point": Contour(str(n), None, x, y),
            "outline": Contour(str(n), outline(x, y, draw_from(st.floats(0.001, 2))), x, y),
        }[kind]
        population = draw_from(st.integers(0, 2_000_000))
        name = draw_from(st.text("abcdé -", min_size=1, max_size=30))
        made.append(Place(str(n), name, contour, population, draw_from(st.booleans())))
    return tuple(made)


@given(places())
def test_nobody_is_missing_and_nobody_twice(drawn: tuple[Place, ...]) -> None:
    sheet = draw(drawn)
    codes = [shape.code for shape in (*sheet.shapes, *sheet.tiles)]
    assert sorted(codes) == sorted(place.code for place in drawn)


@given(places())
def test_everything_lies_on_the_sheet(drawn: tuple[Place, ...]) -> None:
    sheet = draw(drawn)
    for shape in sheet.shapes:
        if shape.path is None:
            assert shape.radius - 0.1 <= shape.x <= WIDTH - shape.radius + 0.1
        else:
            assert 0 <= shape.x <= WIDTH
            assert -1 <= shape.y <= MAX_HEIGHT + 1
    for tile in sheet.tiles:
        assert 0 <= tile.x <= WIDTH - tile.radius
        assert tile.y + tile.radius <= sheet.height


@given(places())
def test_no_name_covers_another(drawn: tuple[Place, ...]) -> None:
    labels = draw(drawn).labels
    for i, one in enumerate(labels):
        for other in labels[i + 1 :]:
            widths = (len(one.name) + len(other.name)) * 5.6 / 2
            assert abs(one.x - other.x) >= widths or abs(one.y - other.y) >= 11


def test_circles_of_a_town_centre_do_not_cover_one_another() -> None:
    crowd = tuple(
        Place(str(n), "x", Contour(str(n), None, 2.4 + n % 5 * 1e-4, 48.8 + n // 5 * 1e-4), 9000)
        for n in range(25)
    )
    spread = (Place("far", "x", Contour("far", None, 2.6, 48.7), 9000),)
    shapes = draw(crowd + spread).shapes
    for i, one in enumerate(shapes):
        for other in shapes[i + 1 :]:
            apart = math.hypot(one.x - other.x, one.y - other.y)
            assert apart >= one.radius + other.radius - 2


def test_overseas_is_a_tile_beside_the_mainland() -> None:
    mainland = tuple(
        Place(str(n), "x", Contour(str(n), None, 2.0 + n, 46.0 + n / 2), 10) for n in range(5)
    )
    reunion = Place("974", "La Réunion", Contour("974", None, 55.5, -21.1), 800_000)
    sheet = draw((*mainland, reunion))
    assert [tile.code for tile in sheet.tiles] == ["974"]


def test_one_place_alone_has_a_sheet() -> None:
    sheet = draw((Place("a", "Ici", Contour("a", None, 2.4, 48.8), 100),))
    assert sheet.height > MARGIN
    assert len(sheet.shapes) == 1


def test_without_any_place_the_map_is_tiles() -> None:
    sheet = draw(tuple(Place(str(n), f"Commune {n}", None, 10) for n in range(60)))
    assert len(sheet.tiles) == 60
    assert sheet.shapes == ()
