"""A result made readable: report, plain text, CSV, HTML page."""

from services.validator.engine.rendering.html import render_html
from services.validator.engine.rendering.report import render_report
from services.validator.engine.rendering.table import render_csv
from services.validator.engine.rendering.text import render_text

__all__ = ["render_csv", "render_html", "render_report", "render_text"]
