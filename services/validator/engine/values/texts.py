"""Texts, booleans and what has no type."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from services.validator.engine.schema import FieldSpec

TRUE_VALUES = ("true", "True", "TRUE", "1")
FALSE_VALUES = ("false", "False", "FALSE", "0")

_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x1f]+")
_WITH_HOST = frozenset({"http", "https", "ftp", "ftps", "ws", "wss"})


def any_reader(_spec: FieldSpec) -> Callable[[str], Any]:
    """Every text is a value."""
    return str


def string_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """Formats email, uri, uuid and binary; any other format is plain text."""
    tests: dict[str, Callable[[str], bool]] = {
        "email": lambda text: _EMAIL.fullmatch(text) is not None and ".." not in text,
        "uri": is_uri,
        "uuid": lambda text: _UUID.fullmatch(text) is not None,
        "binary": _is_base64,
    }
    test = tests.get(spec.format)
    if test is None:
        return str
    return lambda text: text if test(text) else None


def boolean_reader(spec: FieldSpec) -> Callable[[str], Any]:
    """Exactly the field's trueValues and falseValues."""
    true, false = boolean_texts(spec)
    mapping = dict.fromkeys(true, True) | dict.fromkeys(false, False)
    return mapping.get


def boolean_texts(spec: FieldSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts that mean true and false for the field, the preferred ones first."""
    true = spec.options.get("trueValues") or TRUE_VALUES
    false = spec.options.get("falseValues") or FALSE_VALUES
    return tuple(map(str, true)), tuple(map(str, false))


def is_uri(text: str) -> bool:
    """RFC 3986 with letters of any alphabet (RFC 3987); a web address needs a host."""
    if not _URI.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() not in _WITH_HOST or bool(parts.hostname)
    except ValueError:
        return False


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
