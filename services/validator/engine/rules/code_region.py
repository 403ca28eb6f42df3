"""INSEE code of a région: two digits, or three overseas.

Fails: any other code; one digit where a spreadsheet dropped the zero; a code of before 2016
unless `cog` is 2015.
Passes: the régions of the year, and the overseas collectivities that have a région's code; an
empty cell.
Source: INSEE, code officiel géographique; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, by_year
from services.validator.engine.rules.places import region_codes
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="code-region",
    title={"fr": "Code de région inconnu", "en": "Unknown code of a région"},
    parameters={
        "column": "column that holds the code",
        "cog": COG,
    },
    compile=by_year(region_codes),
    wording={
        "zero": words(
            (
                (
                    "Le code de région « {cell} » n'a qu'un chiffre : le tableur a retiré le"
                    " zéro du début."
                ),
                "Mettez la colonne au format texte, puis remettez le zéro.",
            ),
            (
                'The région code "{cell}" has one digit: the spreadsheet dropped its first zero.',
                "Format the column as text and put the zero back.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le code d'aucune région.",
                "Écrivez le code INSEE, par exemple 11 pour l'Île-de-France.",
            ),
            (
                '"{cell}" is the code of no région.',
                "Write the INSEE code, for example 11 for Île-de-France.",
            ),
        ),
    },
)
