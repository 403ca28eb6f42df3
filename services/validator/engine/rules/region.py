"""Name of a région, as the code officiel géographique writes it.

Fails: any other text; another spelling of the name (case, accents, dashes); a région of before
2016 unless `cog` is 2015 (names of before the decrees of 2016: `cog` 2016).
Passes: the régions of the year and the overseas collectivities; an empty cell.
Source: INSEE, code officiel géographique; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, by_year
from services.validator.engine.rules.places import region_names
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="region",
    title={"fr": "Région inconnue", "en": "Unknown région"},
    parameters={
        "column": "column that holds the name",
        "cog": COG,
    },
    compile=by_year(region_names),
    wording={
        "spelling": words(
            (
                "« {cell} » n'est pas écrit comme le nom officiel de la région.",
                "Reprenez l'orthographe officielle, accents et majuscules compris.",
            ),
            (
                '"{cell}" is not spelt as the official name of the région.',
                "Use the official spelling, accents and capitals included.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le nom d'aucune région française.",
                "Écrivez le nom officiel, par exemple Île-de-France ou Grand Est.",
            ),
            (
                '"{cell}" is the name of no French région.',
                "Write the official name, for example Île-de-France or Grand Est.",
            ),
        ),
    },
)
