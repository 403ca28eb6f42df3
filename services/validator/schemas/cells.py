"""How well a few cells obey the patterns and lists of a schema: evidence, not a verdict."""

from collections.abc import Sequence

from services.validator.schemas.columns import normal_name
from services.validator.schemas.model import Descriptor
from services.validator.schemas.patterns import linear_pattern

_MAX_ROWS = 50
_MAX_CELL = 500


def agreement(
    descriptor: Descriptor, columns: Sequence[str], rows: Sequence[Sequence[str]]
) -> float:
    """Share of the filled cells that obey, over the columns that have a pattern or a list.

    0.5 when the schema says nothing that could be checked. Patterns run in linear time;
    one that cannot is left out.
    """
    places = {normal_name(column): place for place, column in enumerate(columns)}
    obeyed = seen = 0
    for field in descriptor.get("fields", ()):
        place = places.get(normal_name(field["name"]))
        if place is None:
            continue
        cells = [_text(row[place]) for row in rows[:_MAX_ROWS] if place < len(row)]
        verdicts = _verdicts(field.get("constraints") or {}, [cell for cell in cells if cell])
        seen += len(verdicts)
        obeyed += sum(verdicts)
    return obeyed / seen if seen else 0.5


def _text(cell: str) -> str:
    """Trimmed, cut, and without lone surrogates, which RE2 cannot encode."""
    return cell.strip()[:_MAX_CELL].encode("utf-8", "replace").decode("utf-8")


def _verdicts(constraints: Descriptor, cells: list[str]) -> list[bool]:
    allowed, pattern = constraints.get("enum"), constraints.get("pattern")
    compiled = linear_pattern(pattern) if isinstance(pattern, str) else None
    if isinstance(allowed, list):
        return [cell in allowed for cell in cells]
    if compiled is not None:
        return [compiled.fullmatch(cell) is not None for cell in cells]
    return []
