"""Texts of strangers, made safe to show."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from shared.typography import typeset

_LIMIT = 50_000
_CODE = re.compile(r"(<(?:pre|code)>.*?</(?:pre|code)>)", re.DOTALL)
_TAGS = {
    *("p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "hr"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "del"),
}
_LOOKS_LIKE_HTML = re.compile(r"<(p|br|div|ul|ol|li|b|i|strong|em|a|span)[\s>/]", re.IGNORECASE)


def prose(text: str | None) -> Markup:
    """A description, written in Markdown or in HTML, as harmless HTML.

    Headings begin at level 3, below those of the page; links are not followed by robots.
    """
    if not text:
        return Markup("")
    given = text[:_LIMIT]
    raw = given if _LOOKS_LIKE_HTML.search(given) else _markdown().render(given)
    lowered = re.sub(r"(</?)h[12](?=[\s>])", r"\1h3", raw)
    clean = nh3.clean(
        lowered,
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return Markup(_typeset(clean))  # noqa: S704 – cleaned by nh3 just above


def _typeset(html: str) -> str:
    """What is to be copied as it stands (`code`, `pre`) keeps its spaces."""
    return "".join(
        part if code % 2 else typeset(part) for code, part in enumerate(_CODE.split(html))
    )


def excerpt(text: str | None, length: int = 220) -> str:
    """The beginning of a description as plain text, cut at a word."""
    if not text:
        return ""
    begin = re.sub(r"^\s*(?:[-*+]|\d+\.)\s+", "", text[: length * 4], flags=re.MULTILINE)
    bare = re.sub(r"<[^>]+>|[#*_`>|]+|\[([^\]]*)\]\([^)]*\)", r" \1", begin)
    words = typeset(" ".join(bare.split()))
    if len(words) <= length:
        return words
    return words[:length].rsplit(" ", 1)[0].rstrip(" ,;:.") + " …"


def safe_url(url: str | None) -> str | None:
    """The address when a browser may be sent to it, else None (`javascript:` and the like)."""
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return (url or "").strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def json_for_html(value: Any) -> Markup:
    """JSON for a `script` data block: nothing in it can close the element."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 – every character that HTML reads is escaped


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
