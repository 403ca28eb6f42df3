"""A report as one HTML page for a town hall agent: no script, no outside resource."""

from functools import cache

import jinja2

from services.validator.engine.rendering.groups import grouped, place, verdict_words
from services.validator.engine.wording.render import Lang
from services.validator.engine.wording.summary import count
from shared.contracts.report import Report


def render_html(report: Report, lang: Lang = "fr") -> str:
    """A complete document; everything that comes from the file is escaped."""
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=report,
            lang=lang,
            fr=lang == "fr",
            document=any(error.pointer is not None for error in report.errors),
            verdict=verdict_words(report, lang),
            groups=grouped(report.errors, lang, examples=20),
            warnings=grouped(report.warnings, lang, examples=20),
            place=place,
            count=count,
        )
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("services.validator.engine.rendering"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
