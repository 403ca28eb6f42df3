"""Name of a commune, as the code officiel géographique writes it.

Fails: any other text; another spelling of the name (case, accents, dashes, « St » for « Saint »).
Passes: the name of a commune, of a commune delegated or associated, of a municipal
arrondissement, overseas collectivities included; an empty cell.
Source: INSEE, code officiel géographique; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, by_year
from services.validator.engine.rules.places import commune_names
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="commune",
    title={"fr": "Commune inconnue", "en": "Unknown commune"},
    parameters={
        "column": "column that holds the name",
        "cog": COG,
    },
    compile=by_year(commune_names),
    wording={
        "spelling": words(
            (
                "« {cell} » n'est pas écrit comme le nom officiel de la commune.",
                "Reprenez l'orthographe officielle, accents et majuscules compris.",
            ),
            (
                '"{cell}" is not spelt as the official name of the commune.',
                "Use the official spelling, accents and capitals included.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le nom d'aucune commune française.",
                "Écrivez le nom officiel en toutes lettres, par exemple Saint-Maur-des-Fossés.",
            ),
            (
                '"{cell}" is the name of no French commune.',
                "Write the official name in full, for example Saint-Maur-des-Fossés.",
            ),
        ),
    },
)
