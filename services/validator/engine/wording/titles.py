"""The heading under which findings of one kind are grouped."""

from collections.abc import Mapping
from functools import lru_cache

from services.validator.engine.rules import RULES
from services.validator.engine.wording.documents import JSON_TITLES
from services.validator.engine.wording.packages import PACKAGE_TITLES

_TITLES: Mapping[str, tuple[str, str]] = {
    **PACKAGE_TITLES,
    "type-error/boolean": ("Oui ou non attendu", "Yes or no expected"),
    "type-error/date": ("Date mal écrite", "Malformed date"),
    "type-error/datetime": ("Date et heure mal écrites", "Malformed date and time"),
    "type-error/geopoint": ("Coordonnées mal écrites", "Malformed coordinates"),
    "type-error/integer": ("Nombre entier attendu", "Whole number expected"),
    "type-error/number": ("Nombre attendu", "Number expected"),
    "type-error/time": ("Heure mal écrite", "Malformed time"),
    "type-error/year": ("Année mal écrite", "Malformed year"),
    "type-error": ("Valeur mal écrite", "Malformed value"),
    "constraint-error/required": ("Valeur manquante", "Missing value"),
    "constraint-error/enum": ("Valeur hors de la liste", "Value not in the list"),
    "constraint-error/pattern": ("Forme inattendue", "Unexpected form"),
    "constraint-error/minLength": ("Valeur trop courte", "Value too short"),
    "constraint-error/maxLength": ("Valeur trop longue", "Value too long"),
    "constraint-error/minimum": ("Valeur trop petite", "Value too small"),
    "constraint-error/maximum": ("Valeur trop grande", "Value too large"),
    "constraint-error/jsonSchema": ("Contenu JSON incorrect", "Wrong JSON content"),
    "constraint-error": ("Valeur non permise", "Value not allowed"),
    "missing-label": ("Colonne obligatoire manquante", "Missing required column"),
    "missing-optional-label": ("Colonne facultative manquante", "Missing optional column"),
    "unmatched-header": ("Colonnes inconnues", "Unknown columns"),
    "duplicate-label": ("Colonnes de même titre", "Columns with the same title"),
    "misordered-labels": ("Colonnes désordonnées", "Columns out of order"),
    "extra-label": ("Colonne hors du schéma", "Column not in the schema"),
    "label-spaces": ("Espaces dans un titre", "Spaces in a title"),
    "blank-label": ("Colonne sans titre", "Column without a title"),
    "missing-cell": ("Ligne incomplète", "Incomplete row"),
    "extra-cell": ("Cellule en trop", "Extra cell"),
    "blank-row": ("Ligne vide", "Empty row"),
    "unique-error": ("Valeur en double", "Duplicate value"),
    "primary-key": ("Identifiant en double ou vide", "Duplicate or empty identifier"),
    "unchecked-key": ("Références non vérifiées", "References not checked"),
    "foreign-key": ("Référence inconnue", "Unknown reference"),
    "encoding-error": ("Caractère illisible", "Unreadable character"),
    "unclosed-quote": ("Guillemet non refermé", "Unclosed quote"),
    "preamble": ("Lignes au-dessus du tableau", "Lines above the table"),
    "padded-delimiter": ("Espaces après le séparateur", "Spaces after the separator"),
    "single-column": ("Une seule colonne", "A single column"),
    "sheet-chosen": ("Plusieurs feuilles", "Several sheets"),
    "json-chosen": ("Plusieurs tableaux", "Several tables"),
    "member-chosen": ("Plusieurs fichiers dans l'archive", "Several files in the archive"),
    "trailing-blank-rows": ("Lignes vides à la fin", "Empty rows at the end"),
    "blank-extra-cells": ("Colonnes vides à droite", "Empty columns to the right"),
    "no-rows": ("Aucune donnée", "No data"),
    "source-error": ("Fichier illisible", "Unreadable file"),
    "no-schema": ("Schéma inconnu", "Unknown schema"),
    "schema-error": ("Schéma incorrect", "Wrong schema"),
    "failed": ("Vérification interrompue", "Check interrupted"),
    "reversed-french-gps-coordinates": (
        "Latitude et longitude inversées",
        "Latitude and longitude swapped",
    ),
}


@lru_cache(maxsize=1_024)
def title(code: str, reason: str, lang: str) -> str:
    """The heading of (code, reason), else that of the code."""
    pair = _TITLES.get(f"{code}/{reason}") or _TITLES.get(code) or JSON_TITLES.get(code)
    if pair is not None:
        return pair[0 if lang == "fr" else 1]
    rule = next((rule for rule in RULES if rule.code == code), None)
    return code if rule is None else rule.title[lang]


def known_codes() -> frozenset[str]:
    """Every code that has a heading."""
    ours = frozenset(key.partition("/")[0] for key in (*_TITLES, *JSON_TITLES))
    return ours | {rule.code for rule in RULES}
