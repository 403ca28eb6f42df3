"""SIREN and SIRET numbers, and identifiers made for what has none."""

import hashlib
import re

from stdnum import luhn

_SPACES = re.compile(r"[\s.\u00a0]")


def clean_siret(value: object) -> str | None:
    """Fourteen digits, spaces removed; `None` for anything else (`nan`, too short)."""
    digits = _digits(value)
    return digits if len(digits) == 14 else None


def clean_siren(value: object) -> str | None:
    """Nine digits, spaces removed."""
    digits = _digits(value)
    return digits if len(digits) == 9 else None


def seat_of(siren: str) -> str:
    """The SIRET that the seat of a commune has: establishment 0001 and the Luhn digit."""
    body = f"{siren}0001"
    return body + str(luhn.calc_check_digit(body))


def made_id(text: str) -> str:
    """A short stable identifier for what the portal gives none."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _digits(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = _SPACES.sub("", str(value))
    return text if text.isascii() and text.isdigit() else ""
