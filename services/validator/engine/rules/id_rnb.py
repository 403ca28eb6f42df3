"""Identifier of a building in the Référentiel national des bâtiments (RNB).

Fails: any other form; dashes, spaces or small letters, which the site shows for reading only.
Passes: twelve digits or capitals, without 0, I, L, O, U; an empty cell. Whether the identifier
was given to a building is not checked.
Source: RNB, rules of the identifier; the format of the same name in frformat.
"""

import re

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_ID = re.compile(r"[1-9A-HJKMNP-TV-Z]{12}")
_SPACES = re.compile(r"[\s.\-]+")


def _judge(text: str) -> Fault | None:
    if _ID.fullmatch(text):
        return None
    compact = _SPACES.sub("", text).upper()
    return Fault("spelling", fix=compact) if _ID.fullmatch(compact) else Fault("unknown")


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="id-rnb",
    title={"fr": "Identifiant de bâtiment incorrect", "en": "Wrong identifier of a building"},
    parameters={"column": "column that holds the identifier"},
    compile=_compile,
    wording={
        "spelling": words(
            (
                "L'identifiant RNB « {cell} » est mal écrit.",
                "Écrivez les douze caractères en majuscules, sans tiret ni espace.",
            ),
            (
                'The RNB identifier "{cell}" is malformed.',
                "Write the twelve characters in capitals, without dashes or spaces.",
            ),
        ),
        "unknown": words(
            (
                "« {cell} » n'est pas un identifiant de bâtiment (ID-RNB).",
                "Copiez-le depuis rnb.beta.gouv.fr, par exemple FT4RKBXBVH9S.",
            ),
            (
                '"{cell}" is no identifier of a building (ID-RNB).',
                "Copy it from rnb.beta.gouv.fr, for example FT4RKBXBVH9S.",
            ),
        ),
    },
)
