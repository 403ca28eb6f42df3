"""Postal code by which La Poste serves a commune.

Fails: any other text, a CEDEX included (it names a recipient, not a place); four digits where a
spreadsheet dropped the zero; spaces between the digits.
Passes: the codes of all communes, overseas included (97500, 98800 …), and Monaco's; an empty cell.
Source: La Poste, base officielle des codes postaux; behaviour of Validata's check of that name.
"""

from services.validator.engine.rules.listing import always
from services.validator.engine.rules.places import postal_codes
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="code-postal",
    title={"fr": "Code postal inconnu", "en": "Unknown postal code"},
    parameters={
        "column": "column that holds the code",
    },
    compile=always(postal_codes),
    wording={
        "spelling": words(
            (
                "Le code postal « {cell} » est mal écrit.",
                "Écrivez cinq chiffres sans espace, par exemple 94000.",
            ),
            (
                'The postal code "{cell}" is malformed.',
                "Write five digits without spaces, for example 94000.",
            ),
        ),
        "zero": words(
            (
                (
                    "Le code postal « {cell} » n'a que quatre chiffres : le tableur a retiré le"
                    " zéro du début."
                ),
                "Mettez la colonne au format texte, puis remettez le zéro.",
            ),
            (
                'The postal code "{cell}" has four digits: the spreadsheet dropped its first zero.',
                "Format the column as text and put the zero back.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le code postal d'aucune commune.",
                (
                    "Ne le confondez pas avec le code INSEE ; un code CEDEX n'est pas attendu"
                    " ici. Par exemple 94000 pour Créteil."
                ),
            ),
            (
                '"{cell}" is the postal code of no commune.',
                (
                    "It is not the INSEE code, and no CEDEX is expected here. For example 94000"
                    " for Créteil."
                ),
            ),
        ),
    },
)
