"""Bars that lie: one quantity for each of a few names, in a table that is its own description."""

from collections.abc import Sequence

from markupsafe import Markup

from services.catalogue.portal.charts.drawing import element, joined
from services.catalogue.portal.language import Language


def bars(
    values: Sequence[tuple[str, float]], language: Language, *, label: str, fill: str = "f1"
) -> Markup:
    """A row for each name, with a bar as long as its share of the largest value."""
    largest = max((value for _, value in values), default=0) or 1
    rows = joined(
        element(
            "tr",
            joined(
                (
                    element("th", name, scope="row"),
                    element("td", _bar(max(value, 0) / largest, fill), class_="bar"),
                    element("td", language.number(value), class_="number"),
                )
            ),
        )
        for name, value in values
    )
    caption = element("caption", label, class_="hidden")
    return element("table", joined((caption, element("tbody", rows))), class_="bars")


def _bar(share: float, fill: str) -> Markup:
    width = max(round(share * 100, 1), 0.5)
    return element(
        "svg",
        element("rect", width=width, height=10, rx=1, class_=fill),
        class_="chart",
        viewBox="0 0 100 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
