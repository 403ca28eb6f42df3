"""Our report in the shape of Validata's public API, which portals already read.

The keys, the error types and the tags are those that its clients know; the sentences are
ours. Pure: a report in, JSON out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shared.contracts.report import Report, ReportError
from shared.zone import PARIS

_LABEL = ("#table", "#header", "#label")
_HEADER = ("#table", "#header")
_ROW = ("#table", "#row")
_CELL = ("#table", "#row", "#cell")
_FILE = ("#file",)

# What Validata calls a check that it takes from its library of formats.
_FORMAT_CHECKS = frozenset({
    "french-siret-value", "french-siren-value", "nomenclature-actes-value", "canton",
    "code-commune-insee", "code-fantoir", "code-pays-iso2", "code-pays-iso3", "code-postal",
    "code-region", "code-rna", "commune", "departement", "id-rnb", "latitude-l93",
    "longitude-l93", "numero-departement", "pays", "region",
})  # fmt: skip

_TITLES: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "missing-label": ("Colonne manquante", _LABEL),
        "duplicate-label": ("En-têtes dupliquées", _LABEL),
        "blank-label": ("En-tête manquant", _LABEL),
        "unmatched-header": ("En-têtes incorrects", _HEADER),
        "blank-row": ("Ligne vide", _ROW),
        "duplicate-row": ("Ligne dupliquée", _ROW),
        "primary-key": ("Clé primaire", _ROW),
        "foreign-key": ("Clé étrangère", _ROW),
        "missing-cell": ("Cellule manquante", _CELL),
        "extra-cell": ("Valeur surnuméraire", _CELL),
        "unique-error": ("Valeur dupliquée", _CELL),
        "encoding-error": ("Erreur d'encodage", _FILE),
        "source-error": ("Fichier illisible", _FILE),
        "format-error": ("Format non pris en charge", _FILE),
        "schema-error": ("Schéma incorrect", ()),
        "resource-missing": ("Fichier manquant", _FILE),
        "resource-unknown": ("Fichier inconnu du paquet", _FILE),
    }
)

_TYPE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "date": "Format de date incorrect",
        "datetime": "Format de date et heure incorrect",
        "time": "Format d'heure incorrect",
        "year": "Format d'année incorrect",
        "yearmonth": "Format de mois incorrect",
        "number": "Format de nombre incorrect",
        "integer": "Format d'entier incorrect",
        "string": "Format de texte incorrect",
        "boolean": "Valeur booléenne incorrecte",
        "array": "Tableau incorrect",
        "geopoint": "Coordonnées incorrectes",
    }
)

_CONSTRAINT_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "required": "Valeur manquante",
        "unique": "Valeur dupliquée",
        "minLength": "Valeur trop courte",
        "maxLength": "Valeur trop longue",
        "minimum": "Valeur trop petite",
        "maximum": "Valeur trop grande",
        "exclusiveMinimum": "Valeur trop petite",
        "exclusiveMaximum": "Valeur trop grande",
        "pattern": "Format incorrect",
        "enum": "Valeur incorrecte",
    }
)


@dataclass(frozen=True)
class ValidataRequest:
    """What was asked, echoed in every answer. `url` is the file's address or its name."""

    schema: str
    url: str
    ignore_header_case: bool
    include_resource_data: bool


def envelope(request: ValidataRequest, *, version: str, now: datetime) -> dict[str, Any]:
    """The keys that every answer has; `options` are texts, as they always were."""
    return {
        "schema": request.schema,
        "url": request.url,
        "options": {
            "ignore_header_case": str(request.ignore_header_case).lower(),
            "include_resource_data": str(request.include_resource_data).lower(),
        },
        "version": version,
        "date": now.astimezone(PARIS).isoformat(),
    }


def validata_report(report: Report, reasons: Sequence[str]) -> dict[str, Any]:
    """`reasons` are those of the findings, one for each error of the report."""
    padded = [*reasons, *([""] * (len(report.errors) - len(reasons)))]
    warnings = [warning.message for warning in report.warnings]
    return {
        "valid": report.verdict == "valid",
        "stats": {
            "errors": report.stats.errors,
            "warnings": len(warnings),
            "seconds": report.stats.seconds,
            "fields": report.stats.fields,
            "rows": report.stats.rows,
            "rows_processed": report.stats.rows,
        },
        "warnings": warnings,
        "errors": [
            _error(error, reason) for error, reason in zip(report.errors, padded, strict=False)
        ],
    }


def file_error(message: str, kind: str) -> dict[str, Any]:
    """The error of a file or a schema as a whole; it has no place."""
    title, tags = _TITLES.get(kind, ("Erreur", ()))
    return {"title": title, "message": message, "type": kind, "tags": list(tags)}


def _error(error: ReportError, reason: str) -> dict[str, Any]:
    kind = "custom-check-error" if error.code in _FORMAT_CHECKS else error.code
    title, tags = _title(error.code, reason)
    shaped: dict[str, Any] = {
        "title": title,
        "message": error.message,
        "type": kind,
        "tags": list(tags),
    }
    if error.row is not None and "#row" in tags:
        shaped["rowNumber"] = error.row
    if "#cell" in tags or "#label" in tags:
        shaped["fieldName"] = error.field or ""
        if error.column is not None:
            shaped["fieldNumber"] = error.column
    if "#cell" in tags:
        shaped["cell"] = error.cell or ""
    return shaped


def _title(code: str, reason: str) -> tuple[str, tuple[str, ...]]:
    if code == "type-error":
        return _TYPE_TITLES.get(reason, "Format incorrect"), _CELL
    if code == "constraint-error":
        return _CONSTRAINT_TITLES.get(reason, "Valeur incorrecte"), _CELL
    return _TITLES.get(code, ("Valeur incorrecte", _CELL))
