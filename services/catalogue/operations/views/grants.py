"""Subsidies: how much by year, who receives most, each decision."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.catalogue.operations.views.source import Record, ViewSource

SCHEMA = "scdl/subventions"
BENEFICIARIES_SHOWN = 25
DECISIONS_SHOWN = 50

_AMOUNT = "try_cast(montant as decimal(18, 2))"
_YEAR = "left(dateConvention, 4)"
_FITS = (
    " where (? is null or left(dateConvention, 4) = ?)"
    " and (? is null or contains(strip_accents(lower(concat_ws(' ', nomBeneficiaire, objet))),"
    " strip_accents(lower(?))))"
)


@dataclass(frozen=True)
class Total:
    """An amount in euros and how many decisions it is the sum of."""

    key: str
    label: str
    amount: Decimal
    number: int


@dataclass(frozen=True)
class Grants:
    """`years` of the whole table; the rest for the year and words that were asked."""

    years: tuple[Total, ...]
    total: Total
    beneficiaries: tuple[Total, ...]
    decisions: tuple[Record, ...]
    year: str | None


async def read_grants(
    source: ViewSource, *, year: str | None = None, words: str | None = None
) -> Grants:
    """Sums by year and by beneficiary (its SIRET or RNA, else its name), largest first.

    Amounts in kind, which have no figure, count as decisions of zero euros.
    """
    years = await source.summary(
        f"select {_YEAR} as key, {_YEAR} as label, coalesce(sum({_AMOUNT}), 0) as amount,"  # noqa: S608
        " count(*) as number from valid where dateConvention is not null group by 1, 2 order by 1"
    )
    known = {row["key"] for row in years}
    chosen = year if year in known else None
    asked: tuple[Any, ...] = (chosen, chosen, words or None, words or None)
    total = await source.summary(
        f"select '' as key, '' as label, coalesce(sum({_AMOUNT}), 0) as amount,"  # noqa: S608
        f" count(*) as number from valid{_FITS}",
        *asked,
    )
    beneficiaries = await source.summary(
        "select coalesce(idBeneficiaire, rnaBeneficiaire, nomBeneficiaire, '') as key,"  # noqa: S608
        f" any_value(nomBeneficiaire) as label, coalesce(sum({_AMOUNT}), 0) as amount,"
        f" count(*) as number from valid{_FITS}"
        f" group by 1 order by amount desc, label limit {BENEFICIARIES_SHOWN}",
        *asked,
    )
    decisions = await source.summary(
        "select dateConvention, nomBeneficiaire, objet, nature,"  # noqa: S608
        f" referenceDecision, {_AMOUNT} as amount from valid{_FITS}"
        f" order by dateConvention desc, amount desc, _row limit {DECISIONS_SHOWN}",
        *asked,
    )
    return Grants(
        years=tuple(Total(**row) for row in years),
        total=Total(**total[0]),
        beneficiaries=tuple(Total(**{**row, "label": row["label"] or ""}) for row in beneficiaries),
        decisions=tuple(decisions),
        year=chosen,
    )
