"""Number of a département: 01 to 95, 2A and 2B for Corsica, 971 to 989 overseas.

Fails: any other text; one digit where a spreadsheet dropped the zero; 20, which Corsica had until
1976; a small letter.
Passes: the départements and the overseas collectivities; an empty cell.
Source: INSEE, code officiel géographique; Validata's numero-departement and code-departement.
"""

from services.validator.engine.rules.listing import COG, always
from services.validator.engine.rules.places import departement_codes
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="numero-departement",
    title={"fr": "Numéro de département inconnu", "en": "Unknown number of a département"},
    parameters={
        "column": "column that holds the number",
        "cog": COG,
    },
    compile=always(departement_codes),
    wording={
        "spelling": words(
            (
                "Le numéro de département « {cell} » est mal écrit.",
                "Écrivez 2A ou 2B, en majuscule et sans espace.",
            ),
            (
                'The département number "{cell}" is malformed.',
                "Write 2A or 2B, with a capital and without spaces.",
            ),
        ),
        "zero": words(
            (
                (
                    "Le numéro de département « {cell} » n'a qu'un chiffre : le tableur a retiré"
                    " le zéro du début."
                ),
                "Mettez la colonne au format texte, puis remettez le zéro.",
            ),
            (
                (
                    'The département number "{cell}" has one digit: the spreadsheet dropped its'
                    " first zero."
                ),
                "Format the column as text and put the zero back.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le numéro d'aucun département.",
                "Écrivez par exemple 94, 2A ou 974.",
            ),
            ('"{cell}" is the number of no département.', "Write for example 94, 2A or 974."),
        ),
    },
)
