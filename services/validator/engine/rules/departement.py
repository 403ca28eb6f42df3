"""Name of a département, as the code officiel géographique writes it.

Fails: any other text; another spelling of the name (case, accents, dashes); a number.
Passes: the départements and the overseas collectivities; an empty cell.
Source: INSEE, code officiel géographique; behaviour of Validata's check of the same name.
"""

from services.validator.engine.rules.listing import COG, always
from services.validator.engine.rules.places import departement_names
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

RULE = Rule(
    code="departement",
    title={"fr": "Département inconnu", "en": "Unknown département"},
    parameters={
        "column": "column that holds the name",
        "cog": COG,
    },
    compile=always(departement_names),
    wording={
        "spelling": words(
            (
                "« {cell} » n'est pas écrit comme le nom officiel du département.",
                "Reprenez l'orthographe officielle, accents et majuscules compris.",
            ),
            (
                '"{cell}" is not spelt as the official name of the département.',
                "Use the official spelling, accents and capitals included.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est le nom d'aucun département français.",
                "Écrivez le nom officiel, par exemple Val-de-Marne.",
            ),
            (
                '"{cell}" is the name of no French département.',
                "Write the official name, for example Val-de-Marne.",
            ),
        ),
    },
)
