"""Which of several tables the user wants, by name or by number."""

from collections.abc import Sequence

from services.validator.engine.suggest import fold
from services.validator.engine.table import UnreadableError


def choose(names: Sequence[str], wanted: str | int | None) -> int | None:
    """The index of the wanted table, None when the choice is ours.

    Numbers count from 1. A name may differ in case and accents when that leaves no doubt.
    Raises `UnreadableError` naming those there are.
    """
    if wanted is None:
        return None
    if isinstance(wanted, int):
        if 1 <= wanted <= len(names):
            return wanted - 1
        raise UnreadableError("no-such-sheet", sheet=wanted, names=list(names)[:20])
    if wanted in names:
        return names.index(wanted)
    alike = [index for index, name in enumerate(names) if fold(name) == fold(wanted)]
    if len(alike) == 1:
        return alike[0]
    raise UnreadableError("no-such-sheet", sheet=wanted, names=list(names)[:20])
