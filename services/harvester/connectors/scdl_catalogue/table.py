"""The CSV of a catalogue as rows by column name, in its versions and with its liberties. Pure."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.harvester.connectors.transport import decode_text, looks_like_html
from services.harvester.connectors.values.texts import folded
from services.harvester.errors import PortalRefusedError

ROWS_LIMIT = 50_000
_SEPARATORS = (",", ";", "\t", "|")
_ALIASES = {
    "NB_RESSOURCES": "NOMBRE_RESSOURCES",
    "NBRE_RESSOURCES": "NOMBRE_RESSOURCES",
    "FORMATS_RESSOURCES": "FORMAT_RESSOURCES",
    "IDENTIFIANT": "ID",
    "LICENSE": "LICENCE",
}
COLUMNS = frozenset(
    {"COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM",
     "PRODUCTEUR_SIRET", "COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT",
     "COUV_TEMP_FIN", "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ", "MOTS_CLES", "LICENCE",
     "NOMBRE_RESSOURCES", "FORMAT_RESSOURCES", "URL"}
)  # fmt: skip
_ENOUGH = 8
"""Columns of the schema that make a table a catalogue, ID and TITRE among them."""

_CELL_LIMIT = 100_000
"""Characters; a longer cell is a quote that was never closed."""


@dataclass(frozen=True)
class Row:
    """A line of the catalogue; `number` counts from 1, the header being 1.

    `surplus` is set when it has more cells than the header: a separator in a text that is
    not quoted, so that nothing after it can be believed.
    """

    number: int
    cells: dict[str, str]
    surplus: bool = False


@dataclass(frozen=True)
class Table:
    """Rows, and in French what of the file could not be read."""

    rows: tuple[Row, ...]
    faults: tuple[str, ...] = field(default=())


def is_catalogue(body: bytes) -> bool:
    """Whether a body begins with the header of a catalogue."""
    return not looks_like_html(body) and _header_of(decode_text(body[:20_000])) is not None


def read_table(body: bytes, url: str) -> Table:
    """Raises `PortalRefusedError` when the file is no catalogue: which columns are expected."""
    text = decode_text(body)
    whole = text.endswith(("\n", "\r"))
    header = None if looks_like_html(body) else _header_of(text)
    if header is None:
        raise PortalRefusedError(
            f"{url} n'est pas un catalogue du SCDL : un fichier CSV avec les colonnes ID, TITRE, "
            "PRODUCTEUR_NOM, LICENCE, URL… est attendu (schéma scdl/catalogue)."
        )
    separator, names = header
    rows: list[Row] = []
    faults: list[str] = []
    lines = _lines(text.lstrip("\ufeff\r\n "), separator)
    short = False
    try:
        next(lines)
        for number, cells in enumerate(lines, 2):
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) >= ROWS_LIMIT:
                faults.append(f"Seules les {ROWS_LIMIT} premières lignes sont lues.")
                break
            surplus = any(cell.strip() for cell in cells[len(names) :])
            named = {n: c.strip() for n, c in zip(names, cells, strict=False) if n in COLUMNS}
            rows.append(Row(number, named, surplus))
            short = len(cells) < len(names)
        if rows and short and not whole:
            faults.append("Le fichier est coupé : sa dernière ligne n'est pas entière.")
    except csv.Error:
        # A quote that is never closed swallows what follows.
        faults.append(f"Le fichier est illisible après la ligne {len(rows) + 1} (guillemets ?).")
    return Table(tuple(rows), tuple(faults))


def _header_of(text: str) -> tuple[str, list[str]] | None:
    """The separator and the column names, if these are a catalogue's."""
    start = text.lstrip("\ufeff\r\n ")
    found: list[tuple[int, str, list[str]]] = []
    for separator in _SEPARATORS:
        try:
            names = [_canonical(cell) for cell in next(_lines(start, separator), [])]
        except csv.Error:
            continue
        found.append((len(COLUMNS & set(names)), separator, names))
    count, separator, names = max(found, default=(0, ",", []), key=lambda each: each[0])
    return (separator, names) if count >= _ENOUGH and {"ID", "TITRE"} <= set(names) else None


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    """Raises `csv.Error` at a cell that no catalogue has.

    The module's own limit belongs to the whole process: whoever else reads CSV may move it.
    """
    for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        if any(len(cell) > _CELL_LIMIT for cell in cells):
            raise csv.Error("cell too long")
        yield cells


def _canonical(name: str) -> str:
    """`Producteur nom` is PRODUCTEUR_NOM; columns of a region keep their prefix."""
    bare = re.sub(r"[^A-Z0-9]+", "_", folded(name).upper()).strip("_")
    return _ALIASES.get(bare, bare)
