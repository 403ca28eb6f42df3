"""The words of errors in JSON documents, in both languages.

`{where}` is the object that the error lies in: « dans l'objet n° 3 de marches (id 2024-12) ».
"""

from collections.abc import Mapping
from typing import Any

from services.validator.engine.wording.words import Words, words

_TYPES: Mapping[str, Mapping[str, str]] = {
    "fr": {
        "string": "un texte entre guillemets", "number": "un nombre", "integer": "un nombre entier",
        "boolean": "true ou false", "array": "une liste entre crochets",
        "object": "un objet entre accolades", "null": "null",
    },
    "en": {
        "string": "a quoted text", "number": "a number", "integer": "a whole number",
        "boolean": "true or false", "array": "a list in brackets", "object": "an object in braces",
        "null": "null",
    },
}  # fmt: skip
_FORMATS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "fr": {
        "date": ("une date (AAAA-MM-JJ)", "2024-03-15"),
        "date-time": ("une date et heure ISO 8601", "2024-03-15T14:30:00Z"),
        "time": ("une heure", "14:30:00Z"),
        "email": ("une adresse électronique", "mairie@ville-creteil.fr"),
        "uuid": ("un identifiant UUID", "123e4567-e89b-12d3-a456-426614174000"),
        "uri": ("une adresse web complète", "https://www.ville-creteil.fr/page"),
    },
    "en": {
        "date": ("a date (YYYY-MM-DD)", "2024-03-15"),
        "date-time": ("an ISO 8601 date and time", "2024-03-15T14:30:00Z"),
        "time": ("a time", "14:30:00Z"),
        "email": ("an e-mail address", "mairie@ville-creteil.fr"),
        "uuid": ("a UUID", "123e4567-e89b-12d3-a456-426614174000"),
        "uri": ("a complete web address", "https://www.ville-creteil.fr/page"),
    },
}


def describe_document(params: Mapping[str, Any], field: str | None, lang: str) -> dict[str, str]:
    """`where`, `property`, `expected`, `example`: what the wordings below name."""
    types = [_TYPES[lang].get(str(kind), str(kind)) for kind in params.get("types", [])]
    noun, example = _FORMATS[lang].get(str(params.get("format")), ("", ""))
    either = " ou " if lang == "fr" else " or "
    fallback = "la racine du document" if lang == "fr" else "the root of the document"
    return {
        "where": _where(params, lang),
        "property": field or fallback,
        "expected": either.join(types) or noun,
        "example": example,
        "near_hint": _near(params, lang),
    }


def _where(params: Mapping[str, Any], lang: str) -> str:
    number, of, known = params.get("number"), params.get("of"), params.get("identifier")
    if number is None:
        text = "Dans le document" if lang == "fr" else "In the document"
    elif lang == "fr":
        text = f"Dans l'objet n° {number}" + (f" de {of}" if of else "")
    else:
        text = f"In object number {number}" + (f" of {of}" if of else "")
    return f"{text} ({known})" if known else text


def _near(params: Mapping[str, Any], lang: str) -> str:
    near = params.get("near")
    if lang == "fr":
        return f"Vouliez-vous écrire {near} ?" if near else "Retirez-la."
    return f"Did you mean {near}?" if near else "Remove it."


def _error(fr: str, en: str, hints: tuple[str, str]) -> Words:
    return words((f"{{where}}, {fr}", hints[0]), (f"{{where}}, {en}", hints[1]))


JSON_ERRORS: Mapping[str, Mapping[str, Words]] = {
    "json-type": {
        "": _error(
            "{property} vaut « {cell} », or il faut {expected}.",
            '{property} is "{cell}", yet {expected} is expected.',
            ("Écrivez {expected}.", "Write {expected}."),
        )
    },
    "json-required": {
        "": _error(
            "il manque {name}.",
            "{name} is missing.",
            ("Ajoutez {name} et sa valeur.", "Add {name} and its value."),
        ),
        "inside": _error(
            "il manque {name} dans {property}.",
            "{name} is missing in {property}.",
            ("Ajoutez {name} et sa valeur.", "Add {name} and its value."),
        ),
    },
    "json-extra": {
        "": _error(
            "le schéma ne connaît pas {name}.",
            "the schema does not know {name}.",
            ("{near_hint}", "{near_hint}"),
        )
    },
    "json-enum": {
        "": _error(
            "{property} vaut « {cell} », qui ne fait pas partie des valeurs autorisées.",
            '{property} is "{cell}", which is not one of the allowed values.',
            ("Choisissez parmi : {values}{more}.", "Choose among: {values}{more}."),
        )
    },
    "json-pattern": {
        "": _error(
            "{property} vaut « {cell} », qui n'a pas la forme attendue : {shape}.",
            '{property} is "{cell}", which does not have the expected form: {shape}.',
            ("{shape_example}", "{shape_example}"),
        )
    },
    "json-format": {
        "": _error(
            "{property} vaut « {cell} », qui n'est pas {expected}.",
            '{property} is "{cell}", which is not {expected}.',
            ("Écrivez par exemple {example}.", "Write for example {example}."),
        )
    },
    "json-bounds": {
        "minimum": _error(
            "{property} vaut {cell} : le minimum est {limit}.",
            "{property} is {cell}: the minimum is {limit}.",
            ("Écrivez {limit} ou plus.", "Write {limit} or more."),
        ),
        "maximum": _error(
            "{property} vaut {cell} : le maximum est {limit}.",
            "{property} is {cell}: the maximum is {limit}.",
            ("Écrivez {limit} ou moins.", "Write {limit} or less."),
        ),
        "exclusiveMinimum": _error(
            "{property} vaut {cell} et doit être supérieur à {limit}.",
            "{property} is {cell} and must be greater than {limit}.",
            ("Écrivez un nombre plus grand que {limit}.", "Write a number above {limit}."),
        ),
        "exclusiveMaximum": _error(
            "{property} vaut {cell} et doit être inférieur à {limit}.",
            "{property} is {cell} and must be less than {limit}.",
            ("Écrivez un nombre plus petit que {limit}.", "Write a number below {limit}."),
        ),
        "multipleOf": _error(
            "{property} vaut {cell} et doit être un multiple de {limit}.",
            "{property} is {cell} and must be a multiple of {limit}.",
            ("Écrivez un multiple de {limit}.", "Write a multiple of {limit}."),
        ),
    },
    "json-length": {
        "minLength": _error(
            "{property} vaut « {cell} », trop court : il faut au moins {limit} caractères.",
            '{property} is "{cell}", too short: at least {limit} characters are expected.',
            ("Complétez la valeur.", "Complete the value."),
        ),
        "maxLength": _error(
            "{property} vaut « {cell} », trop long : il faut au plus {limit} caractères.",
            '{property} is "{cell}", too long: at most {limit} characters are allowed.',
            ("Raccourcissez la valeur.", "Shorten the value."),
        ),
    },
    "json-items": {
        "minItems": _error(
            "la liste {property} doit avoir au moins {limit} éléments.",
            "the list {property} must have at least {limit} items.",
            ("Complétez la liste.", "Complete the list."),
        ),
        "maxItems": _error(
            "la liste {property} doit avoir au plus {limit} éléments.",
            "the list {property} must have at most {limit} items.",
            ("Raccourcissez la liste.", "Shorten the list."),
        ),
        "uniqueItems": _error(
            "{property} figure deux fois dans la liste : c'est déjà l'élément n° {first}.",
            "{property} is in the list twice: it is item number {first} already.",
            ("Supprimez le doublon.", "Remove the duplicate."),
        ),
    },
    "json-other": {
        "": _error(
            "{property} ne respecte pas une règle du schéma ({keyword}).",
            "{property} breaks a rule of the schema ({keyword}).",
            (
                "Comparez avec les autres objets, ou avec la documentation du schéma.",
                "Compare with other objects, or with the documentation of the schema.",
            ),
        )
    },
    "json-unmatched": {
        "": words(
            (
                "Le document n'a rien de ce que le schéma décrit : rien n'a pu être vérifié.",
                "Vérifiez que le schéma choisi est bien celui de ce fichier.",
            ),
            (
                "The document has nothing of what the schema describes: nothing was checked.",
                "Make sure that the schema is that of this file.",
            ),
        )
    },
}  # fmt: skip

JSON_TITLES: Mapping[str, tuple[str, str]] = {
    "json-type": ("Valeur du mauvais type", "Value of the wrong type"),
    "json-required": ("Propriété manquante", "Missing property"),
    "json-extra": ("Propriété inconnue", "Unknown property"),
    "json-enum": ("Valeur hors de la liste", "Value not in the list"),
    "json-pattern": ("Forme inattendue", "Unexpected form"),
    "json-format": ("Valeur mal écrite", "Malformed value"),
    "json-bounds": ("Nombre hors des bornes", "Number out of bounds"),
    "json-length": ("Texte trop court ou trop long", "Text too short or too long"),
    "json-items": ("Liste incorrecte", "Wrong list"),
    "json-other": ("Règle du schéma non respectée", "Rule of the schema broken"),
    "json-unmatched": ("Document sans rapport avec le schéma", "Document unrelated to the schema"),
}
