"""No point of France is outside the coarse outline of France."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.validator.engine.rules.french_territory import is_in_france
from tests.support.reference import reference_dir


def points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from points(part)


def test_every_point_of_the_departements_is_inside() -> None:
    path = reference_dir("geo") / "departements-avec-outre-mer.geojson"
    features = json.loads(path.read_bytes())["features"]

    outside = [
        (feature["properties"]["code"], point)
        for feature in features
        for point in points(feature["geometry"]["coordinates"])
        if not is_in_france(*point)
    ]

    assert len(features) > 100
    assert outside == []


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(4.35, 50.85), (2.17, 41.38), (9.19, 45.46), (-0.12, 51.5), (0.0, 0.0)],
    ids=["Brussels", "Barcelona", "Milan", "London", "Gulf of Guinea"],
)
def test_neighbours_are_outside(longitude: float, latitude: float) -> None:
    assert not is_in_france(longitude, latitude)
