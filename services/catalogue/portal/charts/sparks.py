"""A line as small as a word, for a table: the shape of a history without its numbers."""

from collections.abc import Sequence

from markupsafe import Markup

from services.catalogue.portal.charts.drawing import element, joined
from services.catalogue.portal.charts.scales import Scale, path

_WIDTH, _HEIGHT, _EDGE = 120, 24, 3


def spark(values: Sequence[float], *, label: str, low: float | None = None) -> Markup:
    """The values evenly spaced; the last one has a dot. `low` fixes the bottom (0, say)."""
    if not values:
        return Markup("")
    bottom = min(values) if low is None else low
    up = Scale(bottom, max(*values, bottom), _HEIGHT - _EDGE, _EDGE)
    across = Scale(0, max(len(values) - 1, 1), _EDGE, _WIDTH - _EDGE)
    places = [(across.at(index), up.at(value)) for index, value in enumerate(values)]
    line = element("path", d=path(places), class_="line s1") if len(places) > 1 else Markup("")
    dot = element("circle", cx=places[-1][0], cy=places[-1][1], r=2.5, class_="f1")
    return element(
        "svg",
        joined((line, dot)),
        class_="chart spark",
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=label,
        focusable="false",
    )
