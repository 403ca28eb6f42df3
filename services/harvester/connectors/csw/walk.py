"""Where to go after a page of GetRecords, and when to stop believing it. Pure."""

from dataclasses import dataclass, replace

from services.harvester.connectors.csw.response import Response


@dataclass(frozen=True)
class Position:
    """Where a listing stands; as JSON it is the cursor.

    `start` counts from 1; `seen` entries came before it, of which `skipped` could not be
    had, `failing` of them in a row up to here. `profile`, `sort` and `selected` (what changed,
    and no more) say how to ask.
    """

    start: int = 1
    seen: int = 0
    skipped: int = 0
    failing: int = 0
    profile: str = ""
    sort: bool = True
    selected: bool = False


@dataclass(frozen=True)
class Step:
    """What follows a page: `after` is `None` at the end, `complete` whether all was seen."""

    after: Position | None
    complete: bool = True
    warnings: tuple[str, ...] = ()


def next_step(response: Response, position: Position, new: int) -> Step:
    """The following page or the end; `new` is how many entries were not met before.

    The entries in the body count, not the attribute that says how many there are. Without
    `nextRecord` the walk goes on by what was received, as long as the total says so.
    """
    received, matched = response.count, response.matched
    seen = position.seen + received
    following = response.following
    if following is None and matched is not None and seen < matched:
        following = position.start + received
    over = not received or not new or not following or following <= position.start
    if over or following is None or (matched is not None and following > matched):
        return _end(matched, seen)
    after = replace(position, start=following, seen=seen, failing=0)
    missing = following - position.start - received
    if missing <= 0:
        return Step(after)
    warning = (
        f"Le catalogue passe de la fiche {position.start} à la fiche {following} mais n'en "
        f"donne que {received} : {missing} manquent."
    )
    return Step(after, complete=False, warnings=(warning,))


def _end(matched: int | None, seen: int) -> Step:
    if matched is None or seen >= matched:
        return Step(None)
    return Step(
        None,
        complete=False,
        warnings=(f"Le catalogue annonce {matched} fiches et n'en donne que {seen}.",),
    )
