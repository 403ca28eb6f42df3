"""Deliberations as a list that can be searched, with the votes and a link to each act."""

from dataclasses import dataclass
from typing import Any

from services.catalogue.operations.views.source import ViewSource

SCHEMA = "scdl/deliberations"
PAGE_SIZE = 25


@dataclass(frozen=True)
class Vote:
    """Votes as counted; None where the file does not say."""

    present: int | None
    for_: int
    against: int
    abstained: int

    @property
    def cast(self) -> int:
        """All votes that were counted."""
        return self.for_ + self.against + self.abstained


@dataclass(frozen=True)
class Decision:
    """One act of the council."""

    id: str
    date: str
    subject: str
    matter: str
    url: str | None
    vote: Vote | None


@dataclass(frozen=True)
class Decisions:
    """A page of the decisions that fit, newest first."""

    found: tuple[Decision, ...]
    total: int
    page: int
    pages: int
    years: tuple[tuple[str, int], ...]
    matters: tuple[tuple[str, int], ...]
    year: str | None
    matter: str | None


async def read_decisions(
    source: ViewSource,
    *,
    words: str | None = None,
    year: str | None = None,
    matter: str | None = None,
    page: int = 1,
) -> Decisions:
    """Decisions by words of their subject, year and matter."""
    years = await source.summary(
        "select left(DELIB_DATE, 4) as key, count(*) as number from valid"
        " where DELIB_DATE is not null group by 1 order by 1 desc"
    )
    matters = await source.summary(
        "select DELIB_MATIERE_NOM as key, count(*) as number from valid"
        " where DELIB_MATIERE_NOM is not null group by 1 order by number desc, key limit 40"
    )
    chosen_year = year if year in {row["key"] for row in years} else None
    chosen_matter = matter if matter in {row["key"] for row in matters} else None
    fits = (
        " from valid where (? is null or left(DELIB_DATE, 4) = ?)"
        " and (? is null or DELIB_MATIERE_NOM = ?)"
        " and (? is null or contains(strip_accents(lower(concat_ws(' ', DELIB_ID, DELIB_OBJET,"
        " DELIB_MATIERE_NOM))), strip_accents(lower(?))))"
    )
    asked = (chosen_year, chosen_year, chosen_matter, chosen_matter, words or None, words or None)
    counted = await source.summary(f"select count(*) as total{fits}", *asked)
    total = counted[0]["total"]
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = await source.summary(
        f"select *{fits} order by DELIB_DATE desc, DELIB_ID desc, _row limit ? offset ?",
        *asked,
        PAGE_SIZE,
        (page - 1) * PAGE_SIZE,
    )
    return Decisions(
        found=tuple(_decision(row) for row in rows),
        total=total,
        page=page,
        pages=pages,
        years=tuple((row["key"], row["number"]) for row in years),
        matters=tuple((row["key"], row["number"]) for row in matters),
        year=chosen_year,
        matter=chosen_matter,
    )


def _decision(row: dict[str, Any]) -> Decision:
    return Decision(
        id=row["DELIB_ID"] or "",
        date=row["DELIB_DATE"] or "",
        subject=row["DELIB_OBJET"] or "",
        matter=row["DELIB_MATIERE_NOM"] or row["DELIB_MATIERE_CODE"] or "",
        url=row["DELIB_URL"],
        vote=_vote(row),
    )


def _vote(row: dict[str, Any]) -> Vote | None:
    sides = [_number(row[f"VOTE_{side}"]) for side in ("POUR", "CONTRE", "ABSTENTION")]
    if all(side is None for side in sides):
        return None
    in_favour, against, abstained = (side or 0 for side in sides)
    return Vote(_number(row["VOTE_REEL"]), in_favour, against, abstained)


def _number(cell: str | None) -> int | None:
    return int(cell) if cell and cell.isdigit() else None
