"""The reader's language: words, numbers, dates and sizes in its form."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel import Locale, dates, numbers
from starlette.requests import Request

from shared.typography import typeset
from shared.zone import PARIS

LanguageCode = Literal["fr", "en"]

# « 12 Ko » in French, "12 kB" in English.
_UNITS: dict[LanguageCode, tuple[str, ...]] = {
    "fr": ("octets", "Ko", "Mo", "Go", "To"),
    "en": ("bytes", "kB", "MB", "GB", "TB"),
}
_THOUSAND = 1000
Day = date
"""The class, where a method has its name."""


@dataclass(frozen=True)
class Language:
    """One language. Its methods are what the templates write with."""

    code: LanguageCode
    locale: Locale
    strings: dict[str, str] = field(repr=False)

    def text(self, key: str, **values: Any) -> str:
        """The text of that key. Raises `KeyError`: a missing text is a defect."""
        return self.strings[key].format(**values) if values else self.strings[key]

    def text_or(self, key: str, other: str) -> str:
        """The text of that key, or `other`: for values that strangers give."""
        return self.strings.get(key, other)

    def count(self, key: str, n: int, **values: Any) -> str:
        """The text of `key.one` or `key.other`, whichever this number takes."""
        form = "one" if self.locale.plural_form(n) == "one" else "other"
        return self.text(f"{key}.{form}", n=self.number(n), **values)

    def number(self, value: float) -> str:
        """93 397 in French, 93,397 in English."""
        return numbers.format_decimal(value, locale=self.locale)

    def short_number(self, value: float) -> str:
        """1,2 M in French, 1.2M in English: for axes."""
        if abs(value) < 10_000:
            return self.number(value)
        return numbers.format_compact_decimal(value, locale=self.locale, fraction_digits=1)

    def percent(self, share: float) -> str:
        """83 % in French, 83% in English."""
        return numbers.format_percent(share, locale=self.locale)

    def short_date(self, value: date) -> str:
        """3 mars 26, for axes."""
        return dates.format_date(value, "d MMM yy", locale=self.locale)

    def weekday(self, value: date) -> str:
        """Lundi 30 novembre: a day of a week whose year is known."""
        return dates.format_date(value, "EEEE d MMMM", locale=self.locale)

    def date(self, value: datetime | date | None) -> str:
        """3 mars 2026; a moment is given its day in France."""
        if value is None:
            return ""
        day = value.astimezone(PARIS).date() if isinstance(value, datetime) else value
        written = dates.format_date(day, "long", locale=self.locale)
        return f"1er{written[1:]}" if self.code == "fr" and day.day == 1 else written

    def iso_date(self, text: str | None) -> str:
        """A date that a file writes as 2026-03-01; any other text is left as it is."""
        try:
            return self.date(datetime.fromisoformat(text).date()) if text else ""
        except ValueError:
            return text or ""

    def euros(self, amount: float | Decimal) -> str:
        """1 234 € in French, €1,234 in English; cents where there are some."""
        pattern = str(self.locale.currency_formats["standard"].pattern)
        if amount == int(amount):
            pattern = pattern.replace(".00", "")
        return numbers.format_currency(
            amount, "EUR", format=pattern, locale=self.locale, currency_digits=False
        )

    def name_of(self, code: str) -> str:
        """« anglais » for `en`, in this language; the code itself where it is not known."""
        return str(self.locale.languages.get(code, code))

    def coordinate(self, degrees: float) -> str:
        """Degrees with five decimals: about a metre."""
        return numbers.format_decimal(degrees, format="0.#####", locale=self.locale)

    def month(self, value: Day) -> str:
        """Novembre 2026."""
        return dates.format_date(value, "MMMM y", locale=self.locale)

    def moment(self, value: datetime) -> str:
        """28 novembre 2026 à 07:50, at the hour of France."""
        here = value.astimezone(PARIS)
        return self.text("site.moment", day=self.date(here), time=f"{here:%H:%M}")

    def size(self, octets: int) -> str:
        """Size of a file in the unit that suits it, powers of 1000."""
        value, step = float(octets), 0
        units = _UNITS[self.code]
        while value >= _THOUSAND and step < len(units) - 1:
            value, step = value / _THOUSAND, step + 1
        pattern = "#,##0" if step == 0 or value >= 10 else "#,##0.#"
        shown = numbers.format_decimal(value, format=pattern, locale=self.locale)
        return f"{shown}\u00a0{units[step]}"


def chosen(request: Request) -> LanguageCode | None:
    """The language that the address asks for."""
    asked = request.query_params.get("lang", "")
    return "en" if asked == "en" else "fr" if asked == "fr" else None


def language_of(request: Request) -> Language:
    """The language that the address asks for, else French.

    A town hall's computer may well be set to English by its maker: only a reader who asks
    for it gets the English pages.
    """
    return language(chosen(request) or "fr")


@cache
def language(code: LanguageCode) -> Language:
    """A language with its texts, read once."""
    folder = files("services.catalogue.portal") / "strings" / code
    locale = Locale("en", "GB") if code == "en" else Locale("fr", "FR")
    texts: dict[str, str] = {}
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        texts |= json.loads(path.read_text("utf-8"))
    if code == "fr":
        texts = {key: typeset(text) for key, text in texts.items()}
    return Language(code, locale, texts)
