"""FANTOIR (or RIVOLI) code of a street or place: four characters and a key letter.

Fails: any other form; small letters; spaces.
Passes: four digits, or a letter and three digits (ZA or ZB and two), then one of the 23 letters
of the key (no I, O, Q); an empty cell. The key depends on the commune and is not calculated.
Source: DGFiP, description of the FANTOIR file (replaced by TOPO in 2023); behaviour of
Validata's check of the same name.
"""

import re

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_CODE = re.compile(r"(?:[0-9]{4}|[A-Z][0-9]{3}|Z[AB][0-9]{2})[A-HJ-NPR-Z]")
_SPACES = re.compile(r"[\s.\-]+")


def _judge(text: str) -> Fault | None:
    if _CODE.fullmatch(text):
        return None
    compact = _SPACES.sub("", text).upper()
    return Fault("spelling", fix=compact) if _CODE.fullmatch(compact) else Fault("unknown")


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="code-fantoir",
    title={"fr": "Code FANTOIR incorrect", "en": "Wrong FANTOIR code"},
    parameters={"column": "column that holds the code"},
    compile=_compile,
    wording={
        "spelling": words(
            (
                "Le code FANTOIR « {cell} » est mal écrit.",
                "Écrivez les cinq caractères en majuscules et sans espace.",
            ),
            (
                'The FANTOIR code "{cell}" is malformed.',
                "Write the five characters in capitals, without spaces.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est pas un code FANTOIR.",
                "Il a quatre caractères et une lettre de contrôle, par exemple 0340K ou B124W.",
            ),
            (
                '"{cell}" is no FANTOIR code.',
                "It has four characters and a key letter, for example 0340K or B124W.",
            ),
        ),
    },
)
