"""Patterns of schemas: matched whole, with ASCII digits, in time linear in the text.

A third party's pattern is hostile until shown otherwise, so RE2 runs it. RE2 has neither
back-references nor look-around: those patterns fall to `re`, whose worst cases are ended by
the CPU limit of the process that validates.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import re2

from services.validator.engine.schema import SchemaInvalidError

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\(.)|(\[\^?\]?)|(\])", re.DOTALL)
_MAX_PATTERN = 20_000
_MEMORY = 16 << 20

# What Python's classes mean on text, save that \d is ASCII: `٣` is no digit of a SIRET.
_CLASSES = {
    "d": (r"0-9", "[0-9]"),
    "w": (r"\p{L}\p{M}\p{N}_", r"[\p{L}\p{M}\p{N}_]"),
    "s": (r"\s\x{a0}\x{202f}\x{2009}", r"[\s\x{a0}\x{202f}\x{2009}]"),
    "W": (None, r"[^\p{L}\p{M}\p{N}_]"),
    "S": (None, r"[^\s\x{a0}\x{202f}\x{2009}]"),
    "Z": (None, r"\z"),
}


def patterns_in(descriptor: Any) -> Iterator[str]:
    """Every pattern of a schema of whatever kind, however deep."""
    if isinstance(descriptor, dict):
        if isinstance(descriptor.get("pattern"), str):
            yield descriptor["pattern"]
        descriptor = list(descriptor.values())
    if isinstance(descriptor, list):
        for inner in descriptor:
            yield from patterns_in(inner)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, place: str) -> Callable[[str], bool]:
    """A test of the whole text. Raises `SchemaInvalidError` when the pattern is none."""
    if len(pattern) > _MAX_PATTERN:
        raise SchemaInvalidError(place, f"pattern longer than {_MAX_PATTERN} characters")
    try:
        fallback = re.compile(_ascii_digits(pattern))
    except (re.error, RecursionError, OverflowError) as error:
        raise SchemaInvalidError(place, f"not a regular expression: {error}") from None
    translated = _to_re2(pattern)
    if translated is not None:
        options = re2.Options()
        options.max_mem = _MEMORY
        options.log_errors = False
        try:
            fast = re2.compile(translated, options=options)
        except re2.error:
            pass
        else:
            # Bytes: for a text the binding would count characters around each group.
            return lambda text: fast.fullmatch(text.encode("utf-8", "replace")) is not None
    return lambda text: fallback.fullmatch(text) is not None


def _ascii_digits(pattern: str) -> str:
    return _rewrite(pattern, {"d": ("0-9", "[0-9]")}) or pattern


def _to_re2(pattern: str) -> str | None:
    return _rewrite(pattern, _CLASSES, hexadecimal=True)


def _rewrite(
    pattern: str, classes: dict[str, tuple[str | None, str]], *, hexadecimal: bool = False
) -> str | None:
    """Replace class escapes, inside brackets or outside; None where that cannot be said."""
    inside = False
    parts: list[str] = []
    end = 0
    for match in _ESCAPE.finditer(pattern):
        parts.append(pattern[end : match.start()])
        end = match.end()
        code = match[1] or match[2]
        letter = match[3]
        if code:
            parts.append(f"\\x{{{code}}}" if hexadecimal else match[0])
        elif letter in classes:
            replacement = classes[letter][0 if inside else 1]
            if replacement is None:
                return None
            parts.append(replacement)
        else:
            if letter is None:
                inside = _bracket_state(match, inside=inside)
            parts.append(match[0])
    return "".join(parts) + pattern[end:]


def _bracket_state(match: re.Match[str], *, inside: bool) -> bool:
    """Inside a class, `[` is a plain character, and `[]` ends the class."""
    if match[5]:
        return False
    return not match[4].endswith("]") if inside else True
