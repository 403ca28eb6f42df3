"""Pictures drawn by the server: well-formed, true to the numbers, and named."""

from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.catalogue.portal import charts
from services.catalogue.portal.charts.scales import Scale, spread, ticks
from services.catalogue.portal.language import language

FRENCH = language("fr")
finite = st.floats(min_value=-1e12, max_value=1e12)
DAY = date(2026, 11, 1)


def shapes(drawn: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(f"<all>{drawn}</all>").iter(tag))


@given(finite, finite)
@example(0.0, 5e-324)
@example(5e-324, 5e-324)
def test_marks_enclose_the_values_and_are_evenly_spread(one: float, other: float) -> None:
    marks = ticks(one, other)

    low, high = min(one, other), max(one, other)
    step = marks[1] - marks[0]
    assert marks[0] <= low + step * 1e-6
    assert marks[-1] >= high - step * 1e-6
    assert 2 <= len(marks) <= 12
    assert all(abs((b - a) - step) < step * 1e-3 for a, b in pairwise(marks))


def test_marks_are_round() -> None:
    assert ticks(0, 97) == [0, 50, 100]
    assert ticks(0, 9) == [0, 5, 10]
    assert ticks(0, 0.4) == [0, 0.1, 0.2, 0.3, 0.4]


@given(finite, finite, finite)
def test_a_scale_keeps_order_and_ends(a: float, b: float, value: float) -> None:
    low, high = sorted((a, b))
    scale = Scale(low, high, 10, 200)

    if high > low:
        assert (scale.at(low), scale.at(high)) == (10, 200)
        inside = min(max(value, low), high)
        assert 10 <= scale.at(inside) <= 200


@given(st.integers(0, 500), st.integers(1, 30))
def test_labels_are_few_and_begin_with_the_first(count: int, most: int) -> None:
    chosen = spread(count, most)

    assert len(chosen) <= most
    assert chosen[:1] == ([0] if count else [])


@given(st.lists(st.tuples(st.text(max_size=30), st.floats(0, 1e9)), max_size=8))
def test_texts_of_strangers_never_become_markup(values: list[tuple[str, float]]) -> None:
    given_names = [("<b>&\"'", 1.0)] + [
        ("".join(c for c in name if c.isprintable()), value) for name, value in values
    ]

    assert "<b>" not in charts.bars(given_names, FRENCH, label="<i>")
    assert len(shapes(charts.columns(given_names, FRENCH, label="x"), "rect")) == len(given_names)


def test_a_bar_is_as_long_as_its_share_and_says_its_number() -> None:
    drawn = charts.bars([("a", 200), ("b", 50), ("c", 0)], FRENCH, label="Erreurs")

    assert [rect.get("width") for rect in shapes(drawn, "rect")] == ["100.0", "25.0", "0.5"]
    assert [cell.text for cell in shapes(drawn, "td") if cell.get("class") == "number"] == [
        "200", "50", "0",
    ]  # fmt: skip


def test_columns_stand_on_zero_on_either_side() -> None:
    drawn = charts.columns([("2024", 10), ("2025", -10)], FRENCH, label="Solde")

    up, down = shapes(drawn, "rect")
    assert float(up.get("y") or 0) + float(up.get("height") or 0) == float(down.get("y") or 0)


def test_a_line_breaks_where_a_day_has_no_value() -> None:
    values = [(DAY + timedelta(days=n), None if n == 3 else float(n)) for n in range(7)]

    drawn = charts.lines([charts.Series("Conformité", values)], FRENCH, label="x")

    assert len([p for p in shapes(drawn, "path") if "line" in (p.get("class") or "")]) == 2
    assert len(shapes(drawn, "circle")) == 6


def test_several_lines_have_a_legend() -> None:
    one = charts.Series("a", [(DAY, 1.0), (DAY + timedelta(1), 2.0)])
    other = charts.Series("b", [(DAY, 3.0), (DAY + timedelta(1), 1.0)])

    drawn = charts.lines([one, other], FRENCH, label="x")

    assert len(shapes(drawn, "li")) == 2
    assert shapes(charts.lines([one], FRENCH, label="x"), "li") == []


def test_a_verdict_holds_until_the_next_one() -> None:
    row = charts.History(
        "a.csv",
        [
            charts.Stretch(DAY, DAY + timedelta(2), "invalid", "Non conforme"),
            charts.Stretch(DAY + timedelta(10), DAY + timedelta(10), "valid", "Conforme"),
        ],
    )

    drawn = charts.histories([row], FRENCH, until=DAY + timedelta(20), label="x")

    first, second = shapes(drawn, "rect")
    assert (first.get("class"), second.get("class")) == ("invalid", "valid")
    ends = float(first.get("x") or 0) + float(first.get("width") or 0)
    assert ends == pytest.approx(float(second.get("x") or 0) - 1)


@given(st.lists(st.tuples(st.floats(-5, 9), st.floats(42, 51)), min_size=1, max_size=30))
def test_places_lie_inside_the_picture(places: list[tuple[float, float]]) -> None:
    drawn = charts.points([charts.Place(x, y, "a") for x, y in places], label="Carte")

    (picture,) = shapes(drawn, "svg")
    _, _, width, height = map(float, (picture.get("viewBox") or "").split())
    for circle in shapes(drawn, "circle"):
        assert 0 <= float(circle.get("cx") or -1) <= width
        assert 0 <= float(circle.get("cy") or -1) <= height


def test_north_is_up_and_east_is_right() -> None:
    drawn = charts.points(
        [charts.Place(2.4, 48.7, "sud"), charts.Place(2.5, 48.8, "nord")], label="Carte"
    )

    south, north = shapes(drawn, "circle")
    assert float(north.get("cy") or 0) < float(south.get("cy") or 0)
    assert float(north.get("cx") or 0) > float(south.get("cx") or 0)


@pytest.mark.parametrize(
    "drawn",
    [
        charts.columns([("a", 1)], FRENCH, label="Un nom"),
        charts.lines([charts.Series("a", [(DAY, 1.0)])], FRENCH, label="Un nom"),
        charts.spark([1, 2, 3], label="Un nom"),
        charts.points([charts.Place(2.4, 48.7, "a")], label="Un nom"),
    ],
)
def test_every_picture_is_named_and_carries_no_style(drawn: str) -> None:
    (picture,) = [svg for svg in shapes(drawn, "svg") if svg.get("role") == "img"]

    assert picture.get("aria-label") == "Un nom"
    assert "style=" not in drawn


def test_nothing_to_draw_draws_nothing() -> None:
    assert charts.lines([charts.Series("a", [(DAY, None)])], FRENCH, label="x") == ""
    assert charts.spark([], label="x") == ""
    assert charts.points([], label="x") == ""
    assert charts.histories([], FRENCH, until=DAY, label="x") == ""
