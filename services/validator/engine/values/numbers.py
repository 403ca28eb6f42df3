"""Integers and numbers, in ASCII digits."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from services.validator.engine.schema import FieldSpec

BLANKS = " \t"
"""What may surround a number; a no-break space may not: other software stumbles on it."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_AROUND = re.compile(r"\A[^-+.0-9]*|[^0-9]*\Z")


def integer_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """`bareNumber: false` allows text around the digits (« 12 € »)."""
    bare = spec.options.get("bareNumber", True)
    group = _text(spec.options.get("groupChar"))

    def read(text: str) -> int | None:
        text = text.strip(BLANKS)
        if not bare:
            text = _AROUND.sub("", text)
        if group:
            text = text.replace(group, "")
        return int(text) if _INTEGER.fullmatch(text) else None

    return read


def number_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """Decimal, so that sums are exact; `decimalChar`, `groupChar` and `bareNumber` apply.

    NaN and INF are refused: in a town's file they stand for an amount that is missing.
    """
    bare = spec.options.get("bareNumber", True)
    group = _text(spec.options.get("groupChar"))
    point = _text(spec.options.get("decimalChar")) or "."

    def read(text: str) -> Decimal | None:
        text = text.strip(BLANKS)
        if not bare:
            text = _AROUND.sub("", text)
        if group:
            text = text.replace(group, "")
        if point != ".":
            if "." in text:
                return None
            text = text.replace(point, ".")
        return decimal(text)

    return read


def decimal(text: str) -> Decimal | None:
    """The number written in the plainest form, else None."""
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
