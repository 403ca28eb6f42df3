"""RNA number of an association: W and nine characters.

Fails: any other text; a small w; spaces between the characters; a SIREN or SIRET.
Passes: W, the number of the département's registry (digits, or a letter in second place: 2A, 2B,
9C to 9Y overseas), then seven digits; an empty cell.
Source: Répertoire national des associations, Ministry of the Interior; Validata's check of the
same name, which knows digits only.
"""

import re

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_RNA = re.compile(r"W[0-9][0-9A-Z][0-9]{7}")
_SPACES = re.compile(r"[\s.\-]+")


def _judge(text: str) -> Fault | None:
    if _RNA.fullmatch(text):
        return None
    compact = _SPACES.sub("", text).upper()
    return Fault("spelling", fix=compact) if _RNA.fullmatch(compact) else Fault("unknown")


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="code-rna",
    title={"fr": "Numéro RNA incorrect", "en": "Wrong RNA number"},
    parameters={"column": "column that holds the number"},
    compile=_compile,
    wording={
        "spelling": words(
            (
                "Le numéro RNA « {cell} » est mal écrit.",
                "Écrivez la lettre W en majuscule et neuf chiffres, sans espace.",
            ),
            (
                'The RNA number "{cell}" is malformed.',
                "Write a capital W and nine digits, without spaces.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est pas un numéro RNA d'association.",
                "Écrivez la lettre W suivie de neuf chiffres, par exemple W941000001.",
            ),
            (
                '"{cell}" is not the RNA number of an association.',
                "Write the letter W followed by nine digits, for example W941000001.",
            ),
        ),
    },
)
