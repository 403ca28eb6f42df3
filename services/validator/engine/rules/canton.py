"""Name of a canton, as the code officiel géographique writes it.

Fails: any other text; another spelling of the name (case, accents, dashes).
Passes: the official name of a canton or pseudo-canton of the year; an empty cell.
Source: INSEE, code officiel géographique; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, by_year
from services.validator.engine.rules.places import canton_names
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="canton",
    title={"fr": "Canton inconnu", "en": "Unknown canton"},
    parameters={
        "column": "column that holds the name",
        "cog": COG,
    },
    compile=by_year(canton_names),
    wording={
        "spelling": words(
            (
                "« {cell} » n'est pas écrit comme le nom officiel du canton.",
                "Reprenez l'orthographe officielle, accents et majuscules compris.",
            ),
            (
                '"{cell}" is not spelt as the official name of the canton.',
                "Use the official spelling, accents and capitals included.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le nom d'aucun canton français.",
                "Écrivez le nom officiel, par exemple Vitry-sur-Seine ou Albi-2.",
            ),
            (
                '"{cell}" is the name of no French canton.',
                "Write the official name, for example Vitry-sur-Seine or Albi-2.",
            ),
        ),
    },
)
