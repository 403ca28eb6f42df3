"""Where to go after a page of a udata list, and when to stop believing it. Pure."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Position:
    """Where a listing stands; as JSON it is the cursor.

    `seen` counts the datasets met before this page. `last_page` is set in the second
    pass only: the pages of the first one are read once more to fill its holes.
    """

    organization: int = 0
    page: int = 1
    seen: int = 0
    last_page: int = 0


@dataclass
class Listing:
    """Ids met so far in this process, and the total that the portal claims."""

    ids: set[str] = field(default_factory=set)
    total: int | None = None


@dataclass(frozen=True)
class Step:
    """What follows a page: `after` is `None` at the end, `complete` whether all was seen."""

    after: Position | None
    complete: bool = True
    warnings: tuple[str, ...] = ()


def next_step(answer: dict[str, Any], listing: Listing, position: Position, new: int) -> Step:
    """The following page, the second pass, or the end.

    `next_page` is believed to say that there is more, never where: some sites repeat the
    same address or send back to an earlier page. `new` is how many ids this page brought.
    """
    more = bool(answer.get("next_page"))
    if position.last_page:
        if more and position.page < position.last_page:
            return Step(replace(position, page=position.page + 1))
        return _end(listing, max(position.seen, len(listing.ids)), stuck=False)
    seen = position.seen + new
    if more and new:
        return Step(replace(position, page=position.page + 1, seen=seen))
    if listing.total is not None and seen < listing.total and position.page > 1:
        # The order changed between two pages: some were met twice, others not at all.
        return Step(replace(position, page=1, seen=seen, last_page=position.page))
    return _end(listing, seen, stuck=more)


def _end(listing: Listing, seen: int, *, stuck: bool) -> Step:
    if listing.total is not None:
        missing = listing.total - seen
        if missing <= 0:
            return Step(None)
        return Step(
            None,
            complete=False,
            warnings=(
                f"Le portail annonce {listing.total} jeux de données et n'en liste que {seen}.",
            ),
        )
    if stuck:
        return Step(
            None,
            complete=False,
            warnings=("Le portail annonce une suite mais répète les mêmes pages.",),
        )
    return Step(None)


def read_total(value: object) -> int | None:
    """Totals come as numbers or as text."""
    text = str(value).strip() if isinstance(value, str | int) else ""
    return int(text) if text.isascii() and text.isdigit() else None
