"""A telephone number that can be dialled.

Fails: a number that no French or foreign plan has; a foreign number without its +code.
Passes: French numbers in national or international form, those of the overseas départements and
collectivities included (0262…, 0590…), short numbers (3949, 15), foreign numbers with +; an empty
cell.
Source: ARCEP numbering plan as published in Google's libphonenumber.
"""

from functools import cache
from importlib import import_module
from typing import Any

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF")
_DIGITS = frozenset("0123456789+-. ()/\u00a0\u202f")
_MAX = 40
_WITHOUT_ZERO = 9


def _judge(text: str) -> Fault | None:
    if len(text) > _MAX or not set(text) <= _DIGITS:
        return Fault("form")
    digits = "".join(filter(str.isdigit, text))
    if text.lstrip(" (").startswith(("0", "+")):
        return None if _is_assigned(text) else Fault("unknown")
    if _is_short(text):
        return None
    if len(digits) == _WITHOUT_ZERO and _is_assigned("0" + digits):
        return Fault("zero", fix="0" + digits)
    return Fault("unknown")


def _is_assigned(text: str) -> bool:
    return any(
        number is not None and _plan().is_valid_number(number)
        for number in (_parsed(text, region) for region in _REGIONS)
    )


def _is_short(text: str) -> bool:
    number = _parsed(text, "FR")
    return number is not None and _plan().is_valid_short_number_for_region(number, "FR")


def _parsed(text: str, region: str) -> Any:
    try:
        return _plan().parse(text, region)
    except _plan().NumberParseException:
        return None


@cache
def _plan() -> Any:
    """The numbering plans of all countries: loaded for the schemas that have a telephone."""
    return import_module("phonenumbers")


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


_HINT_FR = "Écrivez par exemple 01 45 67 89 10 ou +33 1 45 67 89 10."
_HINT_EN = "Write for example 01 45 67 89 10 or +33 1 45 67 89 10."

RULE = Rule(
    code="phone-number-value",
    title={"fr": "Numéro de téléphone incorrect", "en": "Wrong telephone number"},
    parameters={"column": "column that holds the telephone number"},
    compile=_compile,
    wording={
        "form": words(
            ("« {cell} » n'est pas un numéro de téléphone.", _HINT_FR),
            ('"{cell}" is no telephone number.', _HINT_EN),
        ),
        "unknown": words(
            (
                (
                    "« {cell} » ressemble à un numéro de téléphone mais aucun numéro de cette forme"
                    " n'est attribué."
                ),
                _HINT_FR,
            ),
            (
                '"{cell}" looks like a telephone number but no number of this form is assigned.',
                _HINT_EN,
            ),
        ),
        "zero": words(
            (
                (
                    "Le numéro de téléphone « {cell} » n'a que 9 chiffres : le tableur a retiré le"
                    " zéro du début."
                ),
                "Mettez la colonne au format texte, puis remettez le zéro.",
            ),
            (
                'The telephone number "{cell}" has 9 digits: the spreadsheet dropped its zero.',
                "Format the column as text and put the zero back.",
            ),
        ),
    },
)
