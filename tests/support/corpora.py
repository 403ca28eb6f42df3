"""One small sound file of every format, for those who want to break them."""

import gzip
import io
import json
import zipfile

from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from tests.support.workbooks import ods, xls, xlsx

_ROWS = [["nom", "ville", "montant"], ["Été", "Évry", 12], ["b", "c", 3.5]]
_SHEETS = (("Données", _ROWS), ("Autre", [["x", "y"]]))
_OBJECTS = [dict(zip(_ROWS[0], row, strict=True)) for row in _ROWS[1:]]
_CSV = 'nom;ville;montant\r\nÉté;"Évry\r\nsud";12\r\nb;"c ""d""";3,5\r\n'
_FEATURE = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [2.5, 48.7]},
    "properties": _OBJECTS[0],
}


def sound_files() -> dict[str, bytes]:
    """By name, the content."""
    csv = _CSV.encode()
    plain = {
        "utf-8.csv": csv,
        "mixed.csv": csv + "Forêt;x;1\r\n".encode("cp1252"),
        "cp1252.csv": _CSV.encode("cp1252"),
        "utf-16.csv": _CSV.encode("utf-16"),
        "utf-16-be.txt": _CSV.encode("utf-16-be"),
        "table.tsv": csv.replace(b";", b"\t"),
        "objects.json": json.dumps({"n": 2, "data": _OBJECTS}, indent=1).encode(),
        "lists.json": json.dumps(_ROWS).encode(),
        "lines.jsonl": "\n".join(map(json.dumps, _OBJECTS)).encode(),
        "features.geojson": json.dumps(
            {"type": "FeatureCollection", "features": [_FEATURE]}
        ).encode(),
        "table.parquet": _parquet(),
        "book.xlsx": xlsx(*_SHEETS),
        "book.ods": ods(*_SHEETS),
        "book.xls": xls(*_SHEETS),
    }
    return {
        **plain,
        "table.csv.gz": gzip.compress(csv, mtime=0),
        "table.zip": zipped({"table.csv": csv, "lisezmoi.txt": b"Bonjour"}),
        "book.zip": zipped({"book.xlsx": plain["book.xlsx"]}),
    }


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip, stored: a change of one byte is a change of one byte inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """The members of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _parquet() -> bytes:
    out = io.BytesIO()
    columns = {
        "nom": Array(["Été", None], DataType.utf8()),
        "montant": Array([12.0, 3.5], DataType.float64()),
    }
    write_parquet(Table.from_pydict(columns), out)
    return out.getvalue()
