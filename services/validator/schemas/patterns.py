r"""Patterns of third-party schemas in linear time, or not at all.

Python's `re` accepts patterns that take hours on a chosen cell. RE2 cannot, but spells a
few things otherwise, which French schemas use: `\u00C0` and `\` before `–`, `’` or `«`.
"""

import re

import re2

_UNICODE = re.compile(r"(\\\\)|\\u([0-9A-Fa-f]{4})|\\([^\x00-\x7f])")
_MAX_PATTERN = 5000


def linear_pattern(pattern: str) -> "re2._Regexp | None":
    """The pattern compiled by RE2; None when it needs look-around or back-references."""
    if len(pattern) > _MAX_PATTERN:
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    try:
        return re2.compile(_UNICODE.sub(_respelt, pattern), options=options)
    except (re2.error, UnicodeError):
        return None


def python_fault(pattern: str) -> str | None:
    """What is wrong with the pattern as a regular expression; None when it is well formed."""
    if len(pattern) > _MAX_PATTERN:
        return f"plus de {_MAX_PATTERN} caractères"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)
    return None


def _respelt(found: re.Match[str]) -> str:
    backslash, code, character = found.groups()
    if backslash:
        return str(backslash)
    return rf"\x{{{code}}}" if code else str(character)
