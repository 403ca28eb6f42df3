"""From a template and values to a page."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.portal import charts
from services.catalogue.portal.assets import Assets
from services.catalogue.portal.kinds import VIEW_KINDS
from services.catalogue.portal.language import chosen, language_of
from services.catalogue.portal.navigation import NAVIGATION
from services.catalogue.portal.prose import excerpt, json_for_html, prose, safe_url

# Nothing inline, nothing from elsewhere. `application/ld+json` is a data block, no script.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)

Parameters = Mapping[str, Any]


def create_templates(folder: Path, assets: Assets) -> Environment:
    """The templates; a name that a page was not given is an error, not an empty text."""
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        prose=prose, excerpt=excerpt, safe_url=safe_url, json_for_html=json_for_html
    )
    environment.globals.update(
        verdicts=VERDICTS,
        navigation=NAVIGATION,
        asset=assets.address,
        charts=charts,
        view_kinds=VIEW_KINDS,
    )
    return environment


def render(request: Request, template: str, values: Parameters, status: int = 200) -> HTMLResponse:
    """A page in the reader's language."""
    language = language_of(request)
    settings = request.app.state.settings
    environment: Environment = request.app.state.templates
    context = {
        "lang": language,
        "t": language.text,
        "schema_label": partial(schema_label, language=language.code),
        "settings": settings,
        "public_url": settings.public_url.rstrip("/"),
        "path": request.url.path,
        "this_page": f"{request.url.path}?{request.url.query}".rstrip("?"),
        "link": linker(chosen(request)),
        "asked_lang": chosen(request) or "",
        "other_language_url": _other_language(request, language.code),
        "fictitious": False,
        **values,
    }
    return HTMLResponse(
        environment.get_template(template).render(context),
        status_code=status,
        headers={
            "Content-Security-Policy": _POLICY,
            "Content-Language": language.code,
        },
    )


def linker(asked: str | None) -> Any:
    """Makes addresses inside the site that keep the language the reader chose."""

    def link(path: str, parameters: Parameters | None = None) -> str:
        pairs = [*pairs_of(parameters or {}), *([("lang", asked)] if asked else [])]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    return link


def pairs_of(parameters: Parameters) -> list[tuple[str, str]]:
    """Parameters as pairs: lists repeat their name, empty values are left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in parameters.items():
        values = value if isinstance(value, list | tuple) else [value]
        pairs.extend((name, str(one)) for one in values if one not in {None, ""})
    return pairs


def _other_language(request: Request, code: str) -> str:
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "lang"]
    other = "fr" if code == "en" else "en"
    return f"{request.url.path}?{urlencode([*kept, ('lang', other)])}"
