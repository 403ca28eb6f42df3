"""At least one of two columns is filled.

Fails: a row where both are empty. A file that has neither column is told so once.
Passes: one or both filled; 0 is a value.
Source: SCDL subventions (idBeneficiaire or rnaBeneficiaire); Validata's check of the same name.
"""

from collections.abc import Sequence

from services.validator.engine.cells import Cell
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule
from services.validator.engine.wording.words import words


def _compile(params: Parameters) -> Check:
    columns = (params.either("column1", "column"), params.column("column2"))

    def judge(cells: Sequence[Cell]) -> Fault | None:
        return Fault() if all(cell.blank for cell in cells) else None

    return Check(columns, judge, needs="nothing", once_without="all")


RULE = Rule(
    code="one-of-required",
    title={"fr": "L'une des deux colonnes est à remplir", "en": "One of two columns is required"},
    parameters={"column1": "first column", "column2": "second column"},
    compile=_compile,
    wording={
        "": words(
            (
                (
                    "Les colonnes {columns} sont vides toutes les deux : il faut remplir au moins"
                    " l'une des deux."
                ),
                "Remplissez l'une de ces deux colonnes.",
            ),
            (
                "The columns {columns} are both empty: at least one of them must be filled.",
                "Fill one of these two columns.",
            ),
        ),
    },
)
