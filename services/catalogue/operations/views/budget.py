"""A budget by function: what the money is for, spending beside income."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from services.catalogue.operations.views.source import ViewSource

SCHEMA = "scdl/budget"

_M57_SINCE = 2024
"""From this year on every local body follows M57; before, communes followed M14."""

# Functions of the first level, by what the two accounting instructions call them.
_M57 = {
    "0": "Services généraux",
    "1": "Sécurité",
    "2": "Enseignement, formation professionnelle et apprentissage",
    "3": "Culture, vie sociale, jeunesse, sports et loisirs",
    "4": "Santé et action sociale",
    "5": "Aménagement des territoires et habitat",
    "6": "Action économique",
    "7": "Environnement",
    "8": "Transports",
}
_M14 = {
    "0": "Services généraux des administrations publiques locales",
    "1": "Sécurité et salubrité publiques",
    "2": "Enseignement et formation",
    "3": "Culture",
    "4": "Sport et jeunesse",
    "5": "Interventions sociales et santé",
    "6": "Famille",
    "7": "Logement",
    "8": "Aménagement et services urbains, environnement",
    "9": "Action économique",
}
# What was done where that is known (compte administratif), else what was voted.
_AMOUNT = (
    "coalesce(try_cast(BGT_MTREAL as decimal(18, 2)), try_cast(BGT_MTPREV as decimal(18, 2)),"
    " try_cast(BGT_MTPROPNOUV as decimal(18, 2)), 0)"
)


@dataclass(frozen=True)
class Stage:
    """A budget of a year: primitif, supplémentaire, compte administratif …"""

    year: str
    name: str


@dataclass(frozen=True)
class BudgetLine:
    """A function or a chapter with its two sides, in euros."""

    code: str
    label: str
    spending: Decimal
    income: Decimal


@dataclass(frozen=True)
class Budget:
    """`by`: whether lines are functions or, where the file names none, chapters.

    `realised`: amounts are what was done, not what was voted.
    """

    stages: tuple[Stage, ...]
    stage: Stage
    section: str | None
    lines: tuple[BudgetLine, ...]
    by: Literal["function", "chapter"]
    realised: bool

    @property
    def spending(self) -> Decimal:
        """Sum of one side."""
        return sum((line.spending for line in self.lines), Decimal(0))

    @property
    def income(self) -> Decimal:
        """Sum of the other side."""
        return sum((line.income for line in self.lines), Decimal(0))


async def read_budget(
    source: ViewSource,
    *,
    year: str | None = None,
    stage: str | None = None,
    section: str | None = None,
) -> Budget | None:
    """The budget of a year and stage (else the latest), real operations only, largest first.

    Operations of order move money between sections and are nobody's spending. None when the
    table has no line.
    """
    found = await source.summary(
        "select BGT_ANNEE as year, BGT_NATDEC as name, bool_or(BGT_MTREAL is not null) as realised"
        " from valid group by 1, 2 order by 1 desc, 2"
    )
    if not found:
        return None
    chosen = next((r for r in found if r["year"] == year and stage in {None, r["name"]}), found[0])
    section = section if section in {"fonctionnement", "investissement"} else None
    rows = await source.summary(
        "select coalesce(BGT_FONCTION, '') as function, coalesce(BGT_CONTNAT, '') as chapter,"  # noqa: S608
        " any_value(BGT_CONTNAT_LABEL) as label, BGT_CODRD as side,"
        f" sum({_AMOUNT}) as amount from valid"
        " where BGT_ANNEE = ? and BGT_NATDEC = ? and (? is null or BGT_SECTION = ?)"
        " and BGT_OPBUDG is distinct from 'ordre' group by 1, 2, 4",
        chosen["year"],
        chosen["name"],
        section,
        section,
    )
    by_function = any(row["function"] for row in rows)
    names = _M57 if int(chosen["year"]) >= _M57_SINCE else _M14
    sums: dict[str, tuple[str, dict[str, Decimal]]] = {}
    for row in rows:
        code = row["function"][:1] if by_function else row["chapter"]
        label = names.get(code, code) if by_function else (row["label"] or code)
        sides = sums.setdefault(code, (label, {}))[1]
        sides[row["side"]] = sides.get(row["side"], Decimal(0)) + row["amount"]
    lines = [
        BudgetLine(code, label, sides.get("dépense", Decimal(0)), sides.get("recette", Decimal(0)))
        for code, (label, sides) in sums.items()
    ]
    return Budget(
        stages=tuple(Stage(row["year"], row["name"] or "") for row in found),
        stage=Stage(chosen["year"], chosen["name"] or ""),
        section=section,
        lines=tuple(sorted(lines, key=lambda line: (-max(line.spending, line.income), line.code))),
        by="function" if by_function else "chapter",
        realised=chosen["realised"],
    )
