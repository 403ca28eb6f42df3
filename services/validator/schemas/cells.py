"""How well a few cells obey the patterns and lists of a schema: evidence, not a verdict."""

from collections.abc import Sequence

import re2

from services.validator.schemas.columns import normal_name
from services.validator.schemas.model import Descriptor

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
    for field in descriptor["fields"]:
        place = places.get(normal_name(field["name"]))
        if place is None:
            continue
        constraints = field.get("constraints") or {}
        allowed = constraints.get("enum")
        pattern = _compiled(constraints.get("pattern"))
        if not isinstance(allowed, list) and pattern is None:
            continue
        for row in rows[:_MAX_ROWS]:
            cell = row[place].strip()[:_MAX_CELL] if place < len(row) else ""
            if not cell:
                continue
            seen += 1
            fits = pattern is None or pattern.fullmatch(cell) is not None
            obeyed += fits and (not isinstance(allowed, list) or cell in allowed)
    return obeyed / seen if seen else 0.5


def _compiled(pattern: object) -> "re2._Regexp | None":
    if not isinstance(pattern, str):
        return None
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options=options)
    except re2.error:
        return None
