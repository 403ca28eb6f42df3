"""Verdicts over time: a strip for each file, coloured by what held from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from services.catalogue.portal.charts.drawing import cut, element, picture
from services.catalogue.portal.charts.scales import Scale, spread
from services.catalogue.portal.language import Language

_WIDTH, _ROW, _TOP, _BOTTOM = 640, 40, 6, 26
_LEFT, _RIGHT = 4, 4
_LABELS = 5
_NARROWEST = 5.0


@dataclass(frozen=True)
class Stretch:
    """One verdict, named for readers, from its first day to its last."""

    start: date
    end: date
    verdict: str
    name: str


@dataclass(frozen=True)
class History:
    """What happened to one file."""

    name: str
    stretches: Sequence[Stretch]


def histories(rows: Sequence[History], language: Language, *, until: date, label: str) -> Markup:
    """From the first day that is known to `until`; the last verdict holds to the end."""
    days = [stretch.start for row in rows for stretch in row.stretches]
    if not days:
        return Markup("")
    first = min(days)
    across = Scale(first.toordinal(), max(until, first).toordinal() + 1, _LEFT, _WIDTH - _RIGHT)
    height = _TOP + _ROW * len(rows) + _BOTTOM
    parts = []
    for index, row in enumerate(rows):
        top = _TOP + _ROW * index
        parts.append(element("text", cut(row.name, 70), x=_LEFT, y=top + 13, class_="value"))
        ordered = sorted(row.stretches, key=lambda stretch: stretch.start)
        for place, stretch in enumerate(ordered):
            last = place == len(ordered) - 1
            end = until if last else ordered[place + 1].start
            left = across.at(stretch.start.toordinal())
            right = across.at(end.toordinal() + last)
            told = f"{stretch.name}, {language.date(stretch.start)} – {language.date(end)}"
            parts.append(
                element(
                    "rect",
                    element("title", told),
                    x=left,
                    y=top + 19,
                    width=round(max(right - left - 1, _NARROWEST), 1),
                    height=12,
                    rx=2,
                    class_=stretch.verdict,
                )
            )
    total = max(until.toordinal() - first.toordinal(), 1)
    marks = [first.toordinal() + round(total * share / (_LABELS - 1)) for share in range(_LABELS)]
    unique = sorted(set(marks))
    for index in spread(len(unique), _LABELS):
        day = date.fromordinal(unique[index])
        at_end = index == len(unique) - 1 and index > 0
        parts.append(
            element(
                "text",
                language.short_date(day),
                x=across.at(day.toordinal()),
                y=height - 6,
                text_anchor="start" if index == 0 else "end" if at_end else "middle",
            )
        )
    return picture(parts, width=_WIDTH, height=height, label=label)
