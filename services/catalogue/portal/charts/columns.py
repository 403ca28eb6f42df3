"""Bars that stand: one quantity by year, month or class."""

from collections.abc import Sequence

from markupsafe import Markup

from services.catalogue.portal.charts.drawing import cut, element, joined, picture
from services.catalogue.portal.charts.scales import Scale, spread, ticks
from services.catalogue.portal.language import Language

WIDTH, HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 8, 14, 30
_LABELS, _LONG_LABELS = 12, 6
_SHORT = 4


def columns(
    values: Sequence[tuple[str, float]], language: Language, *, label: str, fill: str = "f1"
) -> Markup:
    """A column for each name, from zero; the axis is marked with round numbers."""
    numbers = [value for _, value in values] or [0.0]
    marks = ticks(min(0.0, *numbers), max(0.0, *numbers))
    up = Scale(marks[0], marks[-1], HEIGHT - _BOTTOM, _TOP)
    room = (WIDTH - _LEFT - _RIGHT) / max(len(values), 1)
    short = all(len(name) <= _SHORT for name, _ in values)
    named = set(spread(len(values), _LABELS if short else _LONG_LABELS))
    parts = [axis(marks, up, language)]
    for index, (name, value) in enumerate(values):
        left = _LEFT + room * index
        ends = sorted((up.at(0), up.at(value)))
        parts.append(
            element(
                "rect",
                element("title", f"{name} : {language.number(value)}"),
                x=round(left + room * 0.12, 1),
                y=ends[0],
                width=round(room * 0.76, 1),
                height=round(max(ends[1] - ends[0], 0.5), 1),
                class_=fill,
            )
        )
        if index in named:
            parts.append(
                element(
                    "text",
                    cut(name, 12),
                    x=round(left + room / 2, 1),
                    y=HEIGHT - _BOTTOM + 18,
                    text_anchor="middle",
                )
            )
    return picture(parts, width=WIDTH, height=HEIGHT, label=label)


def axis(marks: Sequence[float], up: Scale, language: Language) -> Markup:
    """Lines across the picture at round numbers, which stand at their left."""
    return joined(
        joined(
            (
                element(
                    "line",
                    x1=_LEFT,
                    x2=WIDTH - _RIGHT,
                    y1=up.at(mark),
                    y2=up.at(mark),
                    class_="axis-line" if mark == 0 else "grid-line",
                ),
                element(
                    "text",
                    language.short_number(mark),
                    x=_LEFT - 8,
                    y=up.at(mark) + 4,
                    text_anchor="end",
                ),
            )
        )
        for mark in marks
    )
