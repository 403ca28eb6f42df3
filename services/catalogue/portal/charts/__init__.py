"""Charts drawn by the server, as SVG that needs no script and no inline style.

Shapes carry classes (`s1` … `s5` for strokes, `f1` … `f5` for fills, verdicts by name); the
style sheet gives the colours, in light and in dark. Each picture is named for screen readers;
the page shows the same numbers in a table beside it.
"""

from services.catalogue.portal.charts.bars import bars
from services.catalogue.portal.charts.columns import columns
from services.catalogue.portal.charts.histories import History, Stretch, histories
from services.catalogue.portal.charts.lines import Series, lines
from services.catalogue.portal.charts.points import Place, points
from services.catalogue.portal.charts.sparks import spark

__all__ = [
    "History",
    "Place",
    "Series",
    "Stretch",
    "bars",
    "columns",
    "histories",
    "lines",
    "points",
    "spark",
]
