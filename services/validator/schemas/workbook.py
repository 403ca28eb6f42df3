"""The blank table of a schema as a workbook that helps whoever fills it in.

Codes stay text (a spreadsheet would drop the zero of `01234`), closed lists are offered as
lists, every label carries its explanation, and a second sheet explains all the columns.
"""

import io
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from services.validator.schemas.model import Schema

_ROWS = 1_000
"""Rows that get the formats and lists; more may be filled in."""
_LIST_LIMIT = 255
"""Characters that a list of choices may have in all (a limit of the format)."""
_TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "oui ou non",
    "date": "date (AAAA-MM-JJ)",
    "datetime": "date et heure",
    "time": "heure",
    "year": "année (AAAA)",
    "yearmonth": "mois (AAAA-MM)",
    "geopoint": "coordonnées",
    "geojson": "géométrie GeoJSON",
    "array": "liste",
}
_NUMBERS = {"integer", "number", "year"}


def blank_workbook(schema: Schema) -> bytes:
    """An XLSX file. The first sheet is what the validator reads when it comes back."""
    content = io.BytesIO()
    # A fixed date: the same schema gives the same bytes.
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        # The same schema gives the same bytes.
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        fields: list[dict[str, Any]] = schema.descriptor["fields"]
        _table(book, fields)
        _explanations(book, schema, fields)
    return content.getvalue()


def _table(book: Any, fields: list[dict[str, Any]]) -> None:
    sheet = book.add_worksheet("Données")
    required = book.add_format({"bold": True, "bg_color": "#D5E8E4", "bottom": 1})
    optional = book.add_format({"bg_color": "#F2F0EA", "bottom": 1})
    text = book.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for column, field in enumerate(fields):
        name = field["name"]
        sheet.write_string(0, column, name, required if _is_required(field) else optional)
        if explanation := _explanation(field):
            sheet.write_comment(0, column, explanation, {"x_scale": 2, "y_scale": 1.5})
        width = min(max(len(name) + 2, 12), 40)
        sheet.set_column(column, column, width, None if field["type"] in _NUMBERS else text)
        choices = [str(choice) for choice in field.get("constraints", {}).get("enum", [])]
        if choices and len(",".join(choices)) <= _LIST_LIMIT and not _has_comma(choices):
            sheet.data_validation(
                1,
                column,
                _ROWS,
                column,
                {"validate": "list", "source": choices, "error_type": "warning"},
            )


def _explanations(book: Any, schema: Schema, fields: list[dict[str, Any]]) -> None:
    sheet = book.add_worksheet("Mode d'emploi")
    head = book.add_format({"bold": True, "bg_color": "#D5E8E4", "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, f"{schema.title} – {schema.name} {schema.version}")
    sheet.write_string(
        1, 0, "Remplissez la feuille « Données » ; les colonnes en gras sont exigées."
    )
    titles = (("Colonne", 26), ("Obligatoire", 12), ("Nature", 20), ("Ce qu'on y met", 70),
              ("Valeurs permises", 40), ("Exemple", 30))  # fmt: skip
    for column, (title, width) in enumerate(titles):
        sheet.write_string(3, column, title, head)
        sheet.set_column(column, column, width)
    for row, field in enumerate(fields, start=4):
        constraints = field.get("constraints", {})
        texts = (
            field["name"],
            "oui" if _is_required(field) else "non",
            _TYPES.get(field["type"], field["type"]),
            " – ".join(filter(None, (field.get("title"), field.get("description")))),
            ", ".join(str(choice) for choice in constraints.get("enum", [])),
            str(field.get("example", "")),
        )
        for column, written in enumerate(texts):
            sheet.write_string(row, column, written, wrapped)


def _explanation(field: dict[str, Any]) -> str:
    example = field.get("example")
    parts = (
        field.get("title"),
        field.get("description"),
        f"Exemple : {example}" if example not in {None, ""} else None,
        "Obligatoire." if _is_required(field) else None,
    )
    return "\n".join(filter(None, parts))


def _is_required(field: dict[str, Any]) -> bool:
    return bool(field.get("constraints", {}).get("required"))


def _has_comma(choices: list[str]) -> bool:
    return any("," in choice for choice in choices)
