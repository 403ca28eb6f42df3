"""Walking a listing by offset: on by what was received, once more where holes show. Pure."""

from dataclasses import dataclass, field, replace

BARREN_LIMIT = 3
"""Pages in a row that bring nothing new, after which a portal is taken to repeat itself."""


@dataclass(frozen=True)
class Position:
    """Where a listing stands; as JSON it is (part of) the cursor.

    `seen` counts the datasets met before this page, `barren` the pages in a row without a
    new one. `until` and `found` are set in the second pass only, which reads everything
    once more to fill holes: the offset where the first one ended, and what it had seen.
    """

    start: int = 0
    seen: int = 0
    barren: int = 0
    until: int = 0
    found: int = 0


@dataclass
class Met:
    """Ids met so far in this process, the longest page and the total that is claimed."""

    ids: set[str] = field(default_factory=set)
    longest: int = 0
    total: int | None = None

    def add(self, ids: set[str]) -> int:
        """Remember them; how many of them are new."""
        known = len(self.ids)
        self.ids |= ids
        return len(self.ids) - known


@dataclass(frozen=True)
class Step:
    """What follows a page: `after` is `None` at the end, `complete` whether all was seen."""

    after: Position | None
    complete: bool = True
    warnings: tuple[str, ...] = ()


def next_step(met: Met, position: Position, *, received: int, new: int, asked: int) -> Step:
    """The following page, the second pass, or the end.

    Servers cap pages without saying so: a short page is not the last one while the total
    says that there is more, and a full one is not the last though the total says so. A total
    that more was received than is no total: the walk goes on to an empty page.
    """
    here = replace(
        position,
        start=position.start + received,
        seen=position.seen + new,
        barren=0 if new else position.barren + 1,
    )
    met.longest = max(met.longest, received)
    if position.until:
        found = met.total is not None and here.seen >= met.total
        over = found or not received or here.start >= position.until
        return _after_second_pass(met, here) if over else Step(here)
    reached = met.total is not None and here.start == met.total
    whole = received >= (met.longest if position.start else asked)
    barren_limit = 1 if met.total is None else BARREN_LIMIT
    if received and here.barren < barren_limit and (whole or not reached):
        return Step(here)
    if _short(met, here.seen) and position.start:
        # The order changed between two pages: some were met twice, others not at all.
        return Step(Position(seen=here.seen, until=here.start, found=here.seen))
    return _end(met, here.seen, stuck=bool(received) and not new)


def _after_second_pass(met: Met, here: Position) -> Step:
    """Entries as many as announced, twice, and the same few ids short: ids used twice."""
    total = met.total or 0
    doubles = total - here.seen
    if here.start >= total and here.seen == here.found and 0 < doubles <= max(1, total // 20):
        return Step(
            None,
            warnings=(f"Entrées du portail qui répètent un identifiant déjà lu : {doubles}.",),
        )
    return _end(met, here.seen, stuck=False)


def _short(met: Met, seen: int) -> bool:
    return met.total is not None and seen < met.total


def _end(met: Met, seen: int, *, stuck: bool) -> Step:
    if _short(met, seen):
        return Step(
            None,
            complete=False,
            warnings=(f"Le portail annonce {met.total} jeux de données et n'en liste que {seen}.",),
        )
    if stuck and met.total is None:
        return Step(
            None,
            complete=False,
            warnings=("Le portail répète les mêmes pages : la liste est arrêtée là.",),
        )
    return Step(None)


def read_total(value: object) -> int | None:
    """Totals come as numbers or as text."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
