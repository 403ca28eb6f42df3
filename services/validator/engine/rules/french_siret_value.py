"""SIRET: the 14 digits that identify an establishment.

Fails: anything but 14 ASCII digits (spaces between them included), a wrong key, fourteen zeros.
Passes: 14 digits with a right Luhn key; establishments of La Poste, whose digits add up to a
multiple of five; an empty cell.
Source: INSEE, definition of the SIRET number; ISO/IEC 7812-1 for the key.
"""

from services.validator.engine.rules.luhn import is_number, only_digits, siret_is_right
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_HINT_FR = "Recopiez les 14 chiffres sans espace, par exemple 21940028000018."
_HINT_EN = "Copy the 14 digits without spaces, for example 21940028000018."


def _judge(text: str) -> Fault | None:
    if is_number(text, 14):
        if siret_is_right(text):
            return None
        return Fault("key")
    digits = only_digits(text)
    if siret_is_right(digits):
        return Fault("spaces", fix=digits)
    if len(digits) == 13 and siret_is_right("0" + digits):
        return Fault("zero", fix="0" + digits)
    if "E+" in text.upper():
        return Fault("spreadsheet")
    return Fault("length", {"length": len(digits or text)})


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="french-siret-value",
    title={"fr": "Numéro SIRET incorrect", "en": "Wrong SIRET number"},
    parameters={"column": "column that holds the SIRET"},
    compile=_compile,
    wording={
        "key": words(
            (
                (
                    "« {cell} » a bien 14 chiffres mais n'est pas un numéro SIRET : sa clé"
                    " de contrôle"
                    " est fausse."
                ),
                (
                    "Un chiffre a sans doute été mal recopié : vérifiez le numéro sur"
                    " annuaire-entreprises.data.gouv.fr."
                ),
            ),
            (
                '"{cell}" has 14 digits but is no SIRET number: its check digit is wrong.',
                (
                    "A digit was probably miscopied: look the number up on"
                    " annuaire-entreprises.data.gouv.fr."
                ),
            ),
        ),
        "spaces": words(
            ("Le numéro SIRET « {cell} » contient autre chose que des chiffres.", _HINT_FR),
            ('The SIRET number "{cell}" contains something else than digits.', _HINT_EN),
        ),
        "zero": words(
            (
                (
                    "Le numéro SIRET « {cell} » n'a que 13 chiffres : le tableur a retiré le"
                    " zéro du"
                    " début."
                ),
                "Mettez la colonne au format texte, puis remettez le zéro.",
            ),
            (
                'The SIRET number "{cell}" has 13 digits: the spreadsheet dropped its first zero.',
                "Format the column as text and put the zero back.",
            ),
        ),
        "spreadsheet": words(
            (
                (
                    "Le numéro SIRET a été remplacé par « {cell} » : le tableur l'a pris pour un"
                    " nombre, des chiffres sont perdus."
                ),
                "Mettez la colonne au format texte et saisissez à nouveau les 14 chiffres.",
            ),
            (
                'The spreadsheet turned the SIRET number into "{cell}": digits are lost.',
                "Format the column as text and type the 14 digits again.",
            ),
        ),
        "length": words(
            ("« {cell} » n'est pas un numéro SIRET : il faut 14 chiffres.", _HINT_FR),
            ('"{cell}" is no SIRET number: 14 digits are expected.', _HINT_EN),
        ),
    },
)
