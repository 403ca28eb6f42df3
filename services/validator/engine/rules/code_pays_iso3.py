"""Code of a country in 3 letters (ISO 3166-1 alpha-3).

Fails: any other text; small letters; a name.
Passes: every code of the standard (overseas collectivities have one each) and Kosovo's, whatever
the year; an empty cell.
Source: ISO 3166-1; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, always
from services.validator.engine.rules.places import country_codes
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="code-pays-iso3",
    title={"fr": "Code de pays inconnu", "en": "Unknown country code"},
    parameters={
        "column": "column that holds the code",
        "cog": COG,
    },
    compile=always(lambda: country_codes(3)),
    wording={
        "spelling": words(
            (
                "Le code de pays « {cell} » est mal écrit.",
                "Le code s'écrit en 3 majuscules, par exemple FRA.",
            ),
            (
                'The country code "{cell}" is malformed.',
                "The code has 3 capitals, for example FRA.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est pas un code de pays à 3 lettres (ISO 3166-1).",
                "Écrivez par exemple FRA pour la France.",
            ),
            (
                '"{cell}" is no country code of 3 letters (ISO 3166-1).',
                "Write for example FRA for France.",
            ),
        ),
    },
)
