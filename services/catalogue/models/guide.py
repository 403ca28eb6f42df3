"""A guide of the documentary base, and the file it is written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Audience(StrEnum):
    """For whom a guide is."""

    AGENT = "agent"
    ELECTED = "elected"
    ANIMATOR = "animator"
    REUSER = "reuser"
    EVERYONE = "everyone"


@dataclass(frozen=True)
class Guide:
    """A guide or tutorial. It is written here (`body`, Markdown) or elsewhere (`url`), or both.

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
    """A guide in the answer to a search."""

    slug: str
    title: str
    summary: str
    url: str | None
    phase: int | None


def read_guide(slug: str, text: str, *, updated_on: date) -> Guide:
    """A shipped guide from its file: `name: value` lines between `---`, then Markdown.

    Raises `ValueError` when the head is missing or lacks a value.
    """
    _, head, body = text.split("---\n", 2)
    values: Mapping[str, str] = {
        name.strip(): value.strip()
        for name, _, value in (line.partition(":") for line in head.splitlines())
    }
    missing = {"title", "summary", "audience"} - values.keys()
    if missing:
        raise ValueError(f"{slug}: {', '.join(sorted(missing))} missing")
    return Guide(
        slug=slug,
        title=values["title"],
        summary=values["summary"],
        body=body.strip(),
        url=None,
        phase=int(values["phase"]) if "phase" in values else None,
        audience=Audience(values["audience"]),
        license="lov2",
        language=values.get("language", "fr"),
        author="Socle",
        keywords=_list(values.get("keywords", "")),
        schemas=_list(values.get("schemas", "")),
        shipped=True,
        updated_on=updated_on,
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.split(",") if (word := part.strip()))
