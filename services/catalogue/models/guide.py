"""A guide of the documentary base, and the files it is written in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

ORIGINAL = "fr"
"""The language in which a guide is shown to whom it was not translated for."""


class Audience(StrEnum):
    """For whom a guide is."""

    AGENT = "agent"
    ELECTED = "elected"
    ANIMATOR = "animator"
    REUSER = "reuser"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Guide:
    """A guide or tutorial in one language (`fr`, `en` …). It is written here (`body`, Markdown)
    or elsewhere (`url`), or both.

    `phase` is the one of the six that it serves; `schemas` those it explains. `shipped`: it
    comes with the platform and is renewed with it; others are the operator's.
    """

    slug: str
    title: str
    summary: str
    body: str | None
    url: str | None
    phase: int | None
    audience: Audience
    license: str
    language: str
    author: str
    keywords: tuple[str, ...]
    schemas: tuple[str, ...]
    shipped: bool
    updated_on: date


@dataclass(frozen=True)
class FoundGuide:
    """A guide in the answer to a search, in the language that suits the reader best."""

    slug: str
    language: str
    title: str
    summary: str
    url: str | None
    phase: int | None


def read_guide(slug: str, text: str, *, updated_on: date) -> Guide:
    """A shipped guide from its French file: `name: value` lines between `---`, then Markdown.

    Raises `ValueError` when the head is missing or lacks a value.
    """
    values, body = _parts(slug, text, {"title", "summary", "audience"})
    return Guide(
        slug=slug,
        title=values["title"],
        summary=values["summary"],
        body=body,
        url=None,
        phase=int(values["phase"]) if "phase" in values else None,
        audience=Audience(values["audience"]),
        license="lov2",
        language=ORIGINAL,
        author="Socle",
        keywords=_list(values.get("keywords", "")),
        schemas=_list(values.get("schemas", "")),
        shipped=True,
        updated_on=updated_on,
    )


def read_translation(guide: Guide, language: str, text: str) -> Guide:
    """The guide in another language. Its file says what is told in words; the rest is shared.

    Raises `ValueError` as `read_guide`.
    """
    values, body = _parts(guide.slug, text, {"title", "summary", "keywords"})
    return replace(
        guide,
        language=language,
        title=values["title"],
        summary=values["summary"],
        keywords=_list(values["keywords"]),
        body=body,
    )


def _parts(slug: str, text: str, required: set[str]) -> tuple[Mapping[str, str], str]:
    _, head, body = text.split("---\n", 2)
    lines = (line.partition(":") for line in head.splitlines())
    values = {name.strip(): value.strip() for name, _, value in lines}
    missing = required - values.keys()
    if missing:
        raise ValueError(f"{slug}: {', '.join(sorted(missing))} missing")
    return values, body.strip()


def _list(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))
