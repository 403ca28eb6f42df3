"""First names over the years."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.catalogue.operations.views.source import ViewSource

SCHEMA = "scdl/prenoms"
MOST_FOLLOWED = 5
RANKED = 10


@dataclass(frozen=True)
class Ranked:
    """A name and how often it was given."""

    name: str
    number: int


@dataclass(frozen=True)
class Followed:
    """A name over the years of the table, zero where it was not listed."""

    name: str
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class FirstNames:
    """`most_given`: for the year shown, by sex (F, M, I); `followed`: chosen names."""

    years: tuple[str, ...]
    year: str
    most_given: dict[str, tuple[Ranked, ...]]
    followed: tuple[Followed, ...]
    unknown: tuple[str, ...]


async def read_first_names(
    source: ViewSource, *, year: str | None = None, names: Sequence[str] = ()
) -> FirstNames | None:
    """The most given of a year (the last), and the course of some names: those asked for,
    else the three most given of all. None when the table has no row.
    """
    years = tuple(
        row["year"]
        for row in await source.summary(
            "select distinct ANNEE as year from valid where ANNEE is not null order by year"
        )
    )
    if not years:
        return None
    shown = year if year and year in years else years[-1]
    ranked = await source.summary(
        "select ENFANT_SEXE as sex, upper(ENFANT_PRENOM) as name,"
        " sum(try_cast(NOMBRE_OCCURRENCES as bigint)) as number"
        " from valid where ANNEE = ? group by 1, 2"
        " qualify row_number() over (partition by sex order by number desc, name) <= ?"
        " order by sex, number desc, name",
        shown,
        RANKED,
    )
    most_given: dict[str, tuple[Ranked, ...]] = {}
    for row in ranked:
        given = (*most_given.get(row["sex"], ()), Ranked(row["name"], int(row["number"])))
        most_given[row["sex"]] = given
    wanted = list(dict.fromkeys(name.strip().upper() for name in names if name.strip()))
    wanted = wanted[:MOST_FOLLOWED] or [
        row["name"]
        for row in await source.summary(
            "select upper(ENFANT_PRENOM) as name from valid group by 1"
            " order by sum(try_cast(NOMBRE_OCCURRENCES as bigint)) desc, name limit 3"
        )
    ]
    course = await source.summary(
        "select strip_accents(upper(ENFANT_PRENOM)) as plain,"
        " any_value(upper(ENFANT_PRENOM)) as name,"
        " ANNEE as year, sum(try_cast(NOMBRE_OCCURRENCES as bigint)) as number from valid"
        " where list_contains(list_transform(?::varchar[], lambda x: strip_accents(x)),"
        " strip_accents(upper(ENFANT_PRENOM))) group by 1, 3",
        wanted,
    )
    by_name: dict[str, dict[str, int]] = {}
    for row in course:
        by_name.setdefault(row["name"], {})[row["year"]] = int(row["number"])
    known = {row["plain"] for row in course} | {row["name"] for row in course}
    return FirstNames(
        years=years,
        year=shown,
        most_given=most_given,
        followed=tuple(
            Followed(name, tuple(numbers.get(one, 0) for one in years))
            for name, numbers in sorted(by_name.items())
        ),
        unknown=tuple(name for name in wanted if name not in known),
    )
