"""What goes wrong in real files: each flaw turns a good table into a bad one.

A flaw touches some rows only, as a town's does: an export that was half corrected by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from demo.tables import Table


@dataclass(frozen=True)
class Flaw:
    """`apply` spoils the table; `codes` are the errors that a validator must find."""

    apply: Callable[[Table], Table]
    codes: frozenset[str]


def _french_date(cell: str) -> str:
    year, month, day = cell.split("-")
    return f"{day}/{month}/{year}"


def _spaced(siret: str) -> str:
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}" if siret else ""


def _wrong_key(siret: str) -> str:
    return siret[:-1] + str((int(siret[-1]) + 1) % 10) if siret else ""


def _decimal_comma(cell: str) -> str:
    return cell.replace(".", ",")


def _column(name: str, change: Callable[[str], str], code: str, *, every: int = 1) -> Flaw:
    return Flaw(lambda table: table.map_column(name, change, every=every), frozenset({code}))


def _without(name: str) -> Flaw:
    def drop(table: Table) -> Table:
        place = table.column(name)
        return Table(
            header=table.header[:place] + table.header[place + 1 :],
            rows=tuple(row[:place] + row[place + 1 :] for row in table.rows),
        )

    return Flaw(drop, frozenset({"missing-label"}))


def _renamed(names: Mapping[str, str]) -> Flaw:
    def rename(table: Table) -> Table:
        return replace(table, header=tuple(names.get(name, name) for name in table.header))

    return Flaw(rename, frozenset({"missing-label"}))


def _blank_rows(table: Table) -> Table:
    blank = ("",) * len(table.header)
    middle = len(table.rows) // 2
    return replace(table, rows=(*table.rows[:middle], blank, blank, *table.rows[middle:]))


def _duplicated(table: Table) -> Table:
    return replace(table, rows=(*table.rows, table.rows[0], table.rows[2]))


FLAWS: Final[Mapping[str, Flaw]] = MappingProxyType({
    "french-dates": _column("DELIB_DATE", _french_date, "type-error"),
    "spaced-siret": _column("COLL_SIRET", _spaced, "constraint-error"),
    "budget-wrong-key": _column("BGT_SIRET", _wrong_key, "french-siret-value"),
    "decimal-comma": _column("montant", _decimal_comma, "type-error"),
    "beneficiary-wrong-key": _column("idBeneficiaire", _wrong_key, "french-siret-value", every=3),
    "capital-nature": _column("nature", str.capitalize, "constraint-error", every=4),
    "misspelt-columns": _renamed({"DELIB_OBJET": "DELIB_OBJ", "COLL_SIRET": "COLL_SIRET_"}),
    "missing-column": _without("EQUIP_THEME"),
    "blank-rows": Flaw(_blank_rows, frozenset({"blank-row"})),
    "duplicated-key": Flaw(_duplicated, frozenset({"primary-key"})),
    "unknown-access": _column("acc", lambda _: "Dehors", "constraint-error", every=5),
    "swapped-comma": _column("Xlong", _decimal_comma, "type-error"),
    "upper-case-names": _column("ENFANT_PRENOM", str.upper, "constraint-error", every=2),
    "text-allergens": _column("menuPlatAllergene", lambda _: "lait, oeufs", "type-error", every=6),
})  # fmt: skip
