"""Identifiers that look and check like the real ones, always the same for the same seed."""

import hashlib
import uuid
from random import Random

_NAMESPACE = uuid.UUID("6f1c1d3e-6a52-5b7e-9a7e-94094094ab94")


def luhn_sum(digits: str) -> int:
    """Luhn sum modulo 10: zero for a well-formed SIREN or SIRET."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10


def with_luhn_digit(digits: str) -> str:
    """`digits` followed by the key that makes the whole pass the Luhn check."""
    return digits + str((10 - luhn_sum(digits + "0")) % 10)


def invented_siret(rng: Random) -> str:
    """A well-formed SIRET: its SIREN part and the whole both pass the Luhn check."""
    siren = with_luhn_digit(f"9{rng.randrange(10**7):07d}")
    return with_luhn_digit(f"{siren}000{rng.randrange(1, 5)}")


def object_id(*parts: object) -> str:
    """24 hexadecimal digits, as udata's identifiers."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:24]


def stable_uuid(*parts: object) -> uuid.UUID:
    """A UUID that depends on `parts` alone."""
    return uuid.uuid5(_NAMESPACE, "|".join(map(str, parts)))
