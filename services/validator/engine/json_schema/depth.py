"""How deep a JSON value is, found without recursion: validation itself recurses."""

from typing import Any

MAX_DEPTH = 40
"""Levels of a document or cell that is judged by a JSON Schema."""


def deeper_than(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Whether the value has more levels of lists and objects."""
    level = [value]
    for _ in range(limit):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def _children(node: Any) -> list[Any]:
    values = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [child for child in values if isinstance(child, dict | list)]
