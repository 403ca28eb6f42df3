"""JSON messages between the service and the processes that validate.

Four bytes of length, then UTF-8 JSON. JSON, not pickle: what comes back from a process that
has read a stranger's file is data, never code.
"""

import json
from typing import Any, BinaryIO

LENGTH_BYTES = 4
MAX_MESSAGE = 256 << 20


def encode(message: Any) -> bytes:
    """One message with its length; a result in it is written as its `to_json`."""
    text = json.dumps(
        message, ensure_ascii=False, separators=(",", ":"), default=lambda part: part.to_json()
    )
    body = text.encode("utf-8", "backslashreplace")
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def read(stream: BinaryIO) -> Any | None:
    """The next message, or None at the end of the stream."""
    head = stream.read(LENGTH_BYTES)
    if len(head) < LENGTH_BYTES:
        return None
    return json.loads(stream.read(int.from_bytes(head, "big")))
