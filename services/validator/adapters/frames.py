"""JSON messages between the service and the processes that validate.

Four bytes of length, then UTF-8 JSON. JSON, not pickle: what comes back from a process that
has read a stranger's file is data, never code.
"""

import json
from typing import Any, BinaryIO

import orjson

LENGTH_BYTES = 4
MAX_MESSAGE = 256 << 20
_EXACTLY = b" "
"""Before what the faster library cannot say: whole numbers of any size, halves of surrogates."""


def encode(message: Any) -> bytes:
    """One message with its length; a result in it is written as its `to_json`."""
    try:
        body = orjson.dumps(message, default=_parts, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError:
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=_parts)
        body = _EXACTLY + text.encode("utf-8", "backslashreplace")
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def decode(body: bytes) -> Any:
    """The message that was encoded, without its length."""
    return json.loads(body) if body.startswith(_EXACTLY) else orjson.loads(body)


def read(stream: BinaryIO) -> Any | None:
    """The next message, or None at the end of the stream."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    return decode(stream.read(int.from_bytes(head, "big")))


def _parts(part: Any) -> Any:
    return part.to_json()
