"""Members of a package in all their shapes: lifted, among the extras, JSON in a text. Pure."""

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.harvester.connectors.values.dates import past_moment
from services.harvester.connectors.values.texts import clean_line

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?$")
_NEUTRAL = ("", "und", "none", "default")
# Drupal's medium format; the weekday tells the language, hence the order of day and month.
_SENTENCE = re.compile(
    r"(?:[^\d,]*\s)?(?P<weekday>[^\W\d]+)\.?,\s*(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4})"
    r"\s*-\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})$"
)
_ENGLISH_DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})


@dataclass(frozen=True)
class Fields:
    """A package: `top` holds its own members, `extras` the others by key."""

    top: Mapping[str, Any]
    extras: Mapping[str, object]

    def values(self, *names: str) -> Iterator[object]:
        """Every value that is not blank, name by name; the package's own before the extra."""
        for name in names:
            for holder in (self.top, self.extras):
                value = unpacked(holder.get(name))
                if not _is_blank(value):
                    yield value

    def first(self, *names: str) -> object:
        """The first such value."""
        return next(self.values(*names), None)

    def line(self, *names: str) -> str | None:
        """The first of them that can be read as one line, in French where there is a choice."""
        return next(filter(None, (line_of(value) for value in self.values(*names))), None)

    @property
    def is_dkan(self) -> bool:
        """DKAN writes `Dataset` and `Active` where CKAN writes lower case."""
        return self.top.get("type") == "Dataset" or self.top.get("state") == "Active"


def fields_of(item: Mapping[str, Any]) -> Fields:
    """Extras as a list of pairs, as an object, or missing."""
    extras = unpacked(item.get("extras"))
    if isinstance(extras, dict):
        return Fields(item, extras)
    pairs: dict[str, object] = {}
    for pair in extras if isinstance(extras, list) else ():
        if isinstance(pair, dict) and isinstance(pair.get("key"), str):
            pairs.setdefault(pair["key"], pair.get("value"))
    return Fields(item, pairs)


def unpacked(value: object) -> object:
    """A list or an object that was written as a text; anything else as it is."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text[:1] not in {"[", "{"}:
        return text
    for candidate in (text, html.unescape(text)):
        try:
            return json.loads(candidate)
        except (ValueError, RecursionError):
            continue
    return text


def localised(value: object) -> object:
    """The French value of an object by language, else the neutral one, else the first.

    Anything else than such an object is given back as it is.
    """
    value = unpacked(value)
    if not isinstance(value, dict) or not value:
        return value
    languages = {str(key): each for key, each in value.items() if not _is_blank(each)}
    if not all(key in _NEUTRAL or _LANGUAGE.match(key) for key in languages):
        return value
    french = [each for key, each in languages.items() if key.lower().startswith("fr")]
    neutral = [languages[key] for key in _NEUTRAL if key in languages]
    return next(iter([*french, *neutral, *languages.values()]), None)


def text_of(*values: object) -> object:
    """The best of several texts: whatever is in French, else the first that says something."""
    french = (localised(value) for value in values if _speaks_french(unpacked(value)))
    stated = (_stated(each) for each in (*french, *map(localised, values)))
    return next(filter(None, stated), None)


def line_of(*values: object) -> str | None:
    """`text_of` on one line."""
    return clean_line(text_of(*values))


def lines_of(values: Iterable[object]) -> list[str]:
    """Distinct lines of values that may be lists or objects by language, in order."""
    found: list[str | None] = []
    for value in values:
        read = localised(value)
        found += [line_of(part) for part in (read if isinstance(read, list) else [read])]
    return list(dict.fromkeys(filter(None, found)))


def moment_of(value: object, now: datetime) -> datetime | None:
    """A moment that has been; also `Date changed  jeu, 19/12/2019 - 03:00`."""
    if isinstance(value, str) and (found := _SENTENCE.match(value.strip())):
        day, month = int(found["a"]), int(found["b"])
        if found["weekday"].lower() in _ENGLISH_DAYS:
            day, month = month, day
        value = f"{found['year']}-{month:02}-{day:02}T{int(found['hour']):02}:{found['minute']}:00"
    return past_moment(value, now)


def _stated(value: object) -> object:
    if isinstance(value, list):
        return next(filter(None, map(_stated, value)), None)
    return value if isinstance(value, str | int | float) and clean_line(value) else None


def _speaks_french(value: object) -> bool:
    return isinstance(value, dict) and any(str(key).lower().startswith("fr") for key in value)


def _is_blank(value: object) -> bool:
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip())
