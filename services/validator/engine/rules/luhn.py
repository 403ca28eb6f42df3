"""The key of SIREN and SIRET numbers (ISO/IEC 7812-1, Luhn)."""

LA_POSTE = "356000000"
"""Its establishments do not follow Luhn: their digits add up to a multiple of five."""


def luhn(digits: str) -> bool:
    """Whether the last digit is the key of the others."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def siren_is_right(digits: str) -> bool:
    """Nine digits whose key is right; nine zeros are nobody's number."""
    return len(digits) == 9 and digits.strip("0") != "" and luhn(digits)


def siret_is_right(digits: str) -> bool:
    """Fourteen digits whose key is right, or an establishment of La Poste."""
    if len(digits) != 14 or not digits.strip("0"):
        return False
    return luhn(digits) or (digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0)


def only_digits(text: str) -> str:
    """The ASCII digits of the text, when all else is spaces, dots or dashes; else ""."""
    compact = text.removesuffix(".0").removesuffix(",0").translate(_SEPARATORS)
    return compact if compact.isascii() and compact.isdigit() else ""


def is_number(text: str, length: int) -> bool:
    """Whether the text is exactly so many ASCII digits."""
    return len(text) == length and text.isascii() and text.isdigit()


_SEPARATORS = dict.fromkeys(map(ord, " .-\t\u00a0\u202f\u2009'"), None)
