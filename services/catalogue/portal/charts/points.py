"""Places as points, in their true proportions: a map without a background."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from markupsafe import Markup

from services.catalogue.portal.charts.drawing import element, joined, picture
from services.catalogue.portal.charts.scales import Scale, ticks

_WIDTH = 640
_LEAST_HEIGHT, _MOST_HEIGHT = 220, 560
_EDGE = 24
_NUMBERED = 10
_LEAST_SPAN = 0.004
"""Degrees of latitude, some 450 m: a single place does not fill the picture."""
_KILOMETRES = 111.32
"""Of a degree of latitude."""


@dataclass(frozen=True)
class Place:
    """In degrees (WGS 84), with the words shown when it is pointed at."""

    longitude: float
    latitude: float
    name: str


def points(
    places: Sequence[Place], *, label: str, north: str = "N", numbered: bool = False
) -> Markup:
    """The places where they lie to one another, north at the top, with a scale in kilometres.

    Longitudes are narrowed by the cosine of the middle latitude: true enough for a town or a
    département, which is what a file covers. `numbered`: each place carries its number in
    the list that stands beside, and leads to `#lieu-<number>` there.
    """
    if not places:
        return Markup("")
    longitudes = [place.longitude for place in places]
    latitudes = [place.latitude for place in places]
    middle = math.radians((min(latitudes) + max(latitudes)) / 2)
    narrowing = max(math.cos(middle), 0.05)
    wide = max((max(longitudes) - min(longitudes)) * narrowing, _LEAST_SPAN)
    high = max(max(latitudes) - min(latitudes), _LEAST_SPAN)
    height = round(min(max(_WIDTH * high / wide, _LEAST_HEIGHT), _MOST_HEIGHT))
    unit = min((_WIDTH - 2 * _EDGE) / wide, (height - 2 * _EDGE) / high)
    east = (min(longitudes) + max(longitudes)) / 2 * narrowing
    up = (min(latitudes) + max(latitudes)) / 2
    across = Scale(east - 1, east + 1, _WIDTH / 2 - unit, _WIDTH / 2 + unit)
    down = Scale(up - 1, up + 1, height / 2 + unit, height / 2 - unit)
    radius = 6 if len(places) <= 50 else 4.5 if len(places) <= 300 else 3
    drawn = [
        _point(
            place, across.at(place.longitude * narrowing), down.at(place.latitude), radius, number
        )
        for number, place in zip(
            range(1, len(places) + 1) if numbered else repeat(None), places, strict=False
        )
    ]
    sheet = element("rect", width=_WIDTH, height=height, rx=6, class_="ground")
    return picture(
        [sheet, *drawn, _ruler(unit, height), _north(north)],
        width=_WIDTH,
        height=height,
        label=label,
        role="group" if numbered else "img",
    )


def _point(place: Place, x: float, y: float, radius: float, number: int | None) -> Markup:
    """A dot, or a larger one with its number, which is a link."""
    title = element("title", place.name)
    if number is None:
        return element("circle", title, cx=x, cy=y, r=radius, class_="point")
    dot = element("circle", title, cx=x, cy=y, r=_NUMBERED, class_="point")
    text = element("text", number, x=x, y=y + 4, text_anchor="middle", class_="place-number")
    return element("a", joined((dot, text)), href=f"#lieu-{number}", aria_label=place.name)


def _ruler(unit: float, height: int) -> Markup:
    """A round number of kilometres, about a quarter of the picture."""
    kilometres = next(
        (tick for tick in ticks(0, _WIDTH / 4 / unit * _KILOMETRES, 4) if tick > 0),
        1.0,
    )
    length = round(kilometres / _KILOMETRES * unit, 1)
    told = f"{kilometres:g} km" if kilometres >= 1 else f"{kilometres * 1000:g} m"
    y = height - 10
    return joined(
        (
            element("path", d=f"M{_EDGE} {y - 4}v4h{length}v-4", class_="axis-line", fill="none"),
            element("text", told, x=_EDGE + length + 6, y=y),
        )
    )


def _north(letter: str) -> Markup:
    return joined(
        (
            element(
                "path",
                d=f"M{_WIDTH - 18} 30V12l-4 6m4-6l4 6",
                class_="axis-line",
                fill="none",
            ),
            element("text", letter, x=_WIDTH - 18, y=44, text_anchor="middle"),
        )
    )
