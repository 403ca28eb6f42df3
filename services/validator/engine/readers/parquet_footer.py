"""The footer of a Parquet file, checked before native code believes it.

Thrift's compact protocol and the numbers of the fields are those of the Parquet format's own
definition (parquet.thrift). The native reader aborts on a negative place: no exception, the end
of the process.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

from services.validator.engine.table import UnreadableError

MAX_FOOTER = 64 << 20
_MAGIC = b"PAR1"
_DEPTH = 16
_ROW_GROUPS, _COLUMNS, _META_DATA = 4, 1, 3
_COMPRESSED, _DATA_PAGE, _DICTIONARY_PAGE = 7, 9, 11
_TRUE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 3, 7, 8, 9, 10, 12
_INTEGERS = frozenset({4, 5, 6})


def check_footer(stream: BinaryIO) -> None:
    """Raises `UnreadableError` when the columns cannot be where the footer says. Rewinds."""
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 8))
    tail = stream.read(8)
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] != _MAGIC or length > min(size - 8, MAX_FOOTER):
        raise UnreadableError("damaged-parquet", detail="footer")
    stream.seek(size - 8 - length)
    try:
        footer = _Compact(stream.read(length)).struct(0)
        sound = all(_is_within(column, size) for column in _columns(footer))
    except (IndexError, AttributeError, TypeError, ValueError):
        sound = False
    if not sound:
        raise UnreadableError("damaged-parquet", detail="columns")
    stream.seek(0)


def _columns(footer: dict[int, Any]) -> Iterator[dict[int, Any]]:
    for group in footer.get(_ROW_GROUPS, []):
        if any(value < 0 for value in group.values() if isinstance(value, int)):
            raise ValueError("negative size")
        yield from group.get(_COLUMNS, [])


def _is_within(column: dict[int, Any], size: int) -> bool:
    facts = column.get(_META_DATA, {})
    numbers = [value for part in (column, facts) for value in part.values()]
    if any(isinstance(value, int) and value < 0 for value in numbers):
        return False
    start = min(facts.get(_DATA_PAGE, 0), facts.get(_DICTIONARY_PAGE, size))
    return bool(start + facts.get(_COMPRESSED, 0) <= size)


class _Compact:
    """Values of Thrift's compact protocol; structs are dicts by field number."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, depth: int) -> dict[int, Any]:
        """Up to its stop field. Raises `IndexError` or `ValueError` when it is damaged."""
        if depth > _DEPTH:
            raise ValueError("too deep")
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            delta, kind = head >> 4, head & 15
            number = number + delta if delta else self._integer()
            fields[number] = kind == _TRUE if kind <= 2 else self._value(kind, depth)
        return fields

    def _value(self, kind: int, depth: int) -> Any:
        if kind in _INTEGERS:
            return self._integer()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in {_LIST, _SET}:
            return self._list(depth + 1)
        if kind == _BINARY:
            return self._skip(self._varint())
        if kind == _DOUBLE:
            return self._skip(8)
        if kind in {_TRUE, 2, _BYTE}:
            return self._byte()
        raise ValueError("unknown type")

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count, kind = head >> 4, head & 15
        if count == 15:
            count = self._varint()
        if count > len(self._data):
            raise ValueError("too many elements")
        return [self._value(kind, depth) for _ in range(count)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _skip(self, length: int) -> None:
        self._at += length
        if self._at > len(self._data):
            raise IndexError

    def _varint(self) -> int:
        value = shift = 0
        while (byte := self._byte()) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
            if shift > 63:
                raise ValueError("too long")
        return value | byte << shift

    def _integer(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
