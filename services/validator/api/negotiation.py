"""Which form of a document a caller wants."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from fastapi import Request

from services.validator.engine.wording.render import Lang

Form = Literal["json", "html", "csv"]

_MEDIA: Mapping[str, Form] = MappingProxyType(
    {
        "application/json": "json",
        "text/html": "html",
        "application/xhtml+xml": "html",
        "text/csv": "csv",
        "application/*": "json",
        "text/*": "html",
        "*/*": "json",
    }
)


def wanted_form(request: Request) -> Form:
    """`?format=`, else the best of `Accept`; JSON when nothing is said or nothing fits."""
    asked = request.query_params.get("format", "").lower()
    for form in ("json", "html", "csv"):
        if asked == form:
            return form
    return best_form(request.headers.get("accept", "*/*"))


def best_form(accept: str) -> Form:
    """The first media type of the highest quality that we can give."""
    ranked: list[tuple[float, int, Form]] = []
    for position, item in enumerate(accept.split(",")[:50]):
        media, *parameters = (part.strip().lower() for part in item.split(";"))
        form = _MEDIA.get(media)
        quality = _quality(parameters)
        if form is not None and quality > 0:
            ranked.append((-quality, position, form))
    return min(ranked)[2] if ranked else "json"


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0


def wanted_lang(text: str | None) -> Lang:
    """French, unless English is asked for."""
    return "en" if (text or "").strip().lower().startswith("en") else "fr"
