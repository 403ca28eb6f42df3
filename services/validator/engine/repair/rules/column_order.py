"""Columns in the order of the schema.

Changes: the schema's columns come first, in its order; others follow, in theirs.
Cannot be wrong: cells move with their column. Where rows lack cells nobody knows which ones:
then the order is only proposed.
Source: the schema's list of fields.
"""

from collections.abc import Iterator, Sequence

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.rules.rule import Situation, TableRule
from services.validator.engine.wording.words import words


def _find(situation: Situation) -> Iterator[tuple[Change, bool]]:
    if list(situation.ideal_order) == sorted(situation.ideal_order):
        return
    applied = list(situation.order) == list(situation.ideal_order)
    change = Change(
        RULE.code,
        "applied" if applied else "proposed",
        "" if applied else "ragged",
        before=_names(situation, sorted(situation.ideal_order)),
        after=_names(situation, situation.ideal_order),
    )
    yield change, False


def _names(situation: Situation, order: Sequence[int]) -> str:
    return ", ".join(situation.written[position] for position in order)


RULE = TableRule(
    code="column-order",
    title={"fr": "Ordre des colonnes", "en": "Order of the columns"},
    find=_find,
    wording={
        "": words(
            ("Les colonnes sont mises dans l'ordre du schéma.", ""),
            ("The columns are put into the schema's order.", ""),
        ),
        "ragged": words(
            (
                (
                    "Les colonnes ne sont pas dans l'ordre du schéma ; des lignes incomplètes"
                    " empêchent de les déplacer."
                ),
                "Complétez d'abord les lignes où il manque des cellules.",
            ),
            (
                "The columns are not in the schema's order; incomplete rows keep them in place.",
                "First complete the rows that lack cells.",
            ),
        ),
    },
)
