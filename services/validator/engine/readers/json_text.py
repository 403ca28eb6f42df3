"""A JSON value as the text that a CSV file would hold."""

import json
import re
from typing import Any

from services.validator.engine.readers.json_stream import Numeral

_SURROGATES = re.compile("[\ud800-\udfff]")
_PLAIN = ("true", "false")


def json_text(value: Any, booleans: tuple[str, str] = _PLAIN) -> str:
    """Numbers as written, null as nothing, lists and objects as JSON.

    Halves of surrogate pairs, which JSON can name and no text can hold, become U+FFFD.
    """
    if isinstance(value, str):
        text = str(value)
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return booleans[0] if value else booleans[1]
    else:
        text = dumps(value)
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def dumps(value: Any) -> str:
    """JSON with the numbers as they were written; the depth is that of a parsed document."""
    if isinstance(value, Numeral):
        return str(value)
    if isinstance(value, dict):
        inside = ", ".join(f"{dumps(key)}: {dumps(each)}" for key, each in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(dumps, value))}]"
    return json.dumps(value, ensure_ascii=False)
