"""INSEE code of a commune: five characters, not the postal code.

Fails: a code that no commune has in the year `cog` (postal codes in their majority); four digits
where a spreadsheet dropped the zero; the code of a commune that has been merged since.
Passes: communes, communes delegated and associated, municipal arrondissements, overseas
collectivities included; an empty cell.
Source: INSEE, code officiel géographique; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, by_year
from services.validator.engine.rules.places import commune_codes, former_commune_codes
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="code-commune-insee",
    title={"fr": "Code INSEE de commune inconnu", "en": "Unknown INSEE code of a commune"},
    parameters={
        "column": "column that holds the code",
        "cog": COG,
    },
    compile=by_year(commune_codes, former_commune_codes),
    wording={
        "spelling": words(
            (
                "Le code INSEE « {cell} » est mal écrit.",
                "Le A ou le B des codes corses s'écrit en majuscule, sans espace : 2A004.",
            ),
            (
                'The INSEE code "{cell}" is malformed.',
                "The A or B of Corsican codes is a capital, without spaces: 2A004.",
            ),
        ),
        "former": words(
            (
                (
                    "« {cell} » n'est plus le code INSEE d'une commune : elle a fusionné ou"
                    " changé de code."
                ),
                "Écrivez le code de la commune d'aujourd'hui.",
            ),
            (
                (
                    '"{cell}" is no longer the INSEE code of a commune: it was merged or its'
                    " code changed."
                ),
                "Write the code of today's commune.",
            ),
        ),
        "zero": words(
            (
                (
                    "Le code INSEE « {cell} » n'a que quatre chiffres : le tableur a retiré le"
                    " zéro du début."
                ),
                "Mettez la colonne au format texte, puis remettez le zéro.",
            ),
            (
                'The INSEE code "{cell}" has four digits: the spreadsheet dropped its first zero.',
                "Format the column as text and put the zero back.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le code INSEE d'aucune commune.",
                (
                    "Ne le confondez pas avec le code postal : Créteil a pour code INSEE 94028"
                    " et pour code postal 94000."
                ),
            ),
            (
                '"{cell}" is the INSEE code of no commune.',
                (
                    "It is not the postal code: the INSEE code of Créteil is 94028, its postal"
                    " code 94000."
                ),
            ),
        ),
    },
)
