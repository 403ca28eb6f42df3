"""Name of a country in French.

Fails: any other text; another spelling of the name (case, accents, dashes); a code.
Passes: the names that INSEE, ISO 3166 and the Unicode CLDR give to countries and territories,
France included; an empty cell.
Source: INSEE, code officiel géographique des pays; behaviour of Validata's check of that name.
"""

from services.validator.engine.rules.listing import COG, always
from services.validator.engine.rules.places import country_names
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="pays",
    title={"fr": "Pays inconnu", "en": "Unknown country"},
    parameters={
        "column": "column that holds the name",
        "cog": COG,
    },
    compile=always(country_names),
    wording={
        "spelling": words(
            (
                "« {cell} » n'est pas écrit comme le nom français du pays.",
                "Reprenez l'orthographe officielle, accents et majuscules compris.",
            ),
            (
                '"{cell}" is not spelt as the French name of the country.',
                "Use the official spelling, accents and capitals included.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le nom français d'aucun pays.",
                "Écrivez le nom en français, par exemple Royaume-Uni ou Sénégal.",
            ),
            (
                '"{cell}" is the French name of no country.',
                "Write the name in French, for example Royaume-Uni or Sénégal.",
            ),
        ),
    },
)
