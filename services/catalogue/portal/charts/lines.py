"""Lines over time: one or a few quantities, each told apart by colour and by dashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from services.catalogue.portal.charts.columns import HEIGHT, WIDTH, axis
from services.catalogue.portal.charts.drawing import element, joined, picture
from services.catalogue.portal.charts.scales import Scale, path, spread, ticks
from services.catalogue.portal.language import Language

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 14, 30
_LABELS = 5
_MOST_DOTS = 40


@dataclass(frozen=True)
class Series:
    """One quantity; a day without a value breaks its line."""

    name: str
    values: Sequence[tuple[date, float | None]]


def lines(
    series: Sequence[Series], language: Language, *, label: str, from_zero: bool = True
) -> Markup:
    """Up to five series on one axis of time; a legend when there are several."""
    known = [value for one in series for _, value in one.values if value is not None]
    days = sorted({day for one in series for day, _ in one.values})
    if not known:
        return Markup("")
    marks = ticks(min(0.0, *known) if from_zero else min(known), max(known))
    up = Scale(marks[0], marks[-1], HEIGHT - _BOTTOM, _TOP)
    across = Scale(days[0].toordinal(), days[-1].toordinal(), _LEFT, WIDTH - _RIGHT)
    parts = [axis(marks, up, language)]
    yearly = all((day.month, day.day) == (1, 1) for day in days)
    parts.extend(
        element(
            "text",
            days[index].year if yearly else language.short_date(days[index]),
            x=across.at(days[index].toordinal()),
            y=HEIGHT - _BOTTOM + 18,
            text_anchor=_anchor(index, len(days)),
        )
        for index in spread(len(days), _LABELS)
    )
    for number, one in enumerate(series[:5], start=1):
        places = [
            (None if value is None else (across.at(day.toordinal()), up.at(value)))
            for day, value in one.values
        ]
        parts.append(_line(places, number))
        if len(one.values) <= _MOST_DOTS:
            parts.extend(
                element(
                    "circle",
                    element(
                        "title", f"{one.name}, {language.date(day)} : {language.number(value)}"
                    ),
                    cx=place[0],
                    cy=place[1],
                    r=3.5,
                    class_=f"dot f{number}",
                )
                for place, (day, value) in zip(places, one.values, strict=True)
                if place is not None and value is not None
            )
    drawn = picture(parts, width=WIDTH, height=HEIGHT, label=label)
    return joined((_legend(series), drawn)) if len(series) > 1 else drawn


def _anchor(index: int, number: int) -> str:
    """The first and the last label stay within the picture."""
    if number == 1 or 0 < index < number - 1:
        return "middle"
    return "start" if index == 0 else "end"


def _line(places: Sequence[tuple[float, float] | None], number: int) -> Markup:
    stretches: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            stretches.append([])
        else:
            stretches[-1].append(place)
    return joined(
        element("path", d=path(stretch), class_=f"line s{number}")
        for stretch in stretches
        if len(stretch) > 1
    )


def _legend(series: Sequence[Series]) -> Markup:
    return element(
        "ul",
        joined(
            element(
                "li",
                joined(
                    (
                        element(
                            "svg",
                            element("path", d="M0 5L30 5", class_=f"line s{number}"),
                            class_="chart",
                            viewBox="0 0 30 10",
                            aria_hidden="true",
                            focusable="false",
                        ),
                        one.name,
                    )
                ),
            )
            for number, one in enumerate(series[:5], start=1)
        ),
        class_="legend",
    )
