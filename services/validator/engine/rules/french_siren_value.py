"""SIREN: the 9 digits that identify a company, an association or a public body.

Fails: anything but 9 ASCII digits (spaces between them included), a wrong key, nine zeros.
Passes: 9 digits with a right Luhn key; an empty cell.
Source: INSEE, definition of the SIREN number; ISO/IEC 7812-1 for the key.
"""

from services.validator.engine.rules.luhn import (
    is_number,
    only_digits,
    siren_is_right,
    siret_is_right,
)
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_HINT_FR = "Recopiez les 9 chiffres sans espace, par exemple 219400280."
_HINT_EN = "Copy the 9 digits without spaces, for example 219400280."


def _judge(text: str) -> Fault | None:
    if is_number(text, 9):
        return None if siren_is_right(text) else Fault("key")
    digits = only_digits(text)
    if siren_is_right(digits):
        return Fault("spaces", fix=digits)
    if siret_is_right(digits) and siren_is_right(digits[:9]):
        return Fault("siret", fix=digits[:9])
    return Fault("length")


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="french-siren-value",
    title={"fr": "Numéro SIREN incorrect", "en": "Wrong SIREN number"},
    parameters={"column": "column that holds the SIREN"},
    compile=_compile,
    wording={
        "key": words(
            (
                (
                    "« {cell} » a bien 9 chiffres mais n'est pas un numéro SIREN : sa clé de"
                    " contrôle"
                    " est fausse."
                ),
                (
                    "Un chiffre a sans doute été mal recopié : vérifiez le numéro sur"
                    " annuaire-entreprises.data.gouv.fr."
                ),
            ),
            (
                '"{cell}" has 9 digits but is no SIREN number: its check digit is wrong.',
                (
                    "A digit was probably miscopied: look the number up on"
                    " annuaire-entreprises.data.gouv.fr."
                ),
            ),
        ),
        "spaces": words(
            ("Le numéro SIREN « {cell} » contient autre chose que des chiffres.", _HINT_FR),
            ('The SIREN number "{cell}" contains something else than digits.', _HINT_EN),
        ),
        "siret": words(
            (
                "« {cell} » est un SIRET (14 chiffres) ; on attend ici le SIREN (9 chiffres).",
                "Gardez les 9 premiers chiffres.",
            ),
            (
                '"{cell}" is a SIRET (14 digits); the SIREN (9 digits) is expected here.',
                "Keep the first 9 digits.",
            ),
        ),
        "length": words(
            ("« {cell} » n'est pas un numéro SIREN : il faut 9 chiffres.", _HINT_FR),
            ('"{cell}" is no SIREN number: 9 digits are expected.', _HINT_EN),
        ),
    },
)
