"""Seeded tables of invented grants and deliberations, good or with a share of bad cells.

Files are kept in `build/bench` under a name that says all that made them, so that a second
run measures the same bytes without writing them again.
"""

import csv
import io
import json
import os
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import xlsxwriter

from services.validator.engine.rules.luhn import luhn
from services.validator.schemas.register import SchemaRegister

FOLDER = Path(__file__).parents[1] / "build" / "bench"
GENERATION = 1
"""To be raised when a generator changes."""

_SEED = 94
_TOWNS = 47
_WORDS = (
    "aide", "au", "fonctionnement", "des", "activités", "sportives", "et", "culturelles",
    "de", "la", "saison", "projet", "solidarité", "rénovation", "école", "été", "jeunes",
)  # fmt: skip
_SUBJECTS = (
    "Finances locales/Subventions",
    "Urbanisme/Documents d'urbanisme",
    "Commande publique/Marchés publics",
)
_FIRST_DAY = date(2021, 1, 4)


@cache
def siret(number: int) -> str:
    """A SIRET with a right SIREN key and a right key."""
    siren = _keyed(f"{20_000_000 + number % 70_000_000:08d}")
    return _keyed(f"{siren}{number % 89 + 11:04d}")


def _keyed(digits: str) -> str:
    return next(digits + key for key in "0123456789" if luhn(digits + key))


@dataclass(frozen=True)
class Table:
    """`row(chance, n)` makes a right row; `bad` holds a wrong text for each column."""

    name: str
    schema: str
    version: str
    row: Callable[[random.Random, int], list[str]]
    bad: tuple[str, ...]
    numbers: frozenset[int]


def _subvention(chance: random.Random, n: int) -> list[str]:
    town = chance.randrange(_TOWNS)
    beneficiary = chance.randrange(40_000)
    day = _FIRST_DAY + timedelta(days=chance.randrange(1400))
    share = chance.choice(("1", "0.5", f"{chance.randrange(1, 100) / 100:.2f}"))
    return [
        f"Commune de Saint-Exemple-{town}", siret(town), day.isoformat(),
        f"{day.year}-DEL-{n:07d}", f"Association n° {beneficiary}", siret(1000 + beneficiary),
        f"W{beneficiary % 10**9:09d}" if beneficiary % 3 else "",
        f"{' '.join(chance.choices(_WORDS, k=6))} {n % 5000}",
        f"{chance.randrange(100, 5_000_000) / 100:.2f}", "aide en numéraire",
        chance.choice(("unique", "échelonné en deux versements", "après bilan")),
        day.isoformat() if n % 4 else f"{day.isoformat()}/{(day + timedelta(90)).isoformat()}",
        str(n % 9000) if n % 5 == 0 else "", chance.choice(("oui", "non")), share,
        "" if n % 7 else "dispositif jeunesse",
    ]  # fmt: skip


def _deliberation(chance: random.Random, n: int) -> list[str]:
    town = chance.randrange(_TOWNS)
    day = _FIRST_DAY + timedelta(days=chance.randrange(1400))
    seats = chance.choice((19, 27, 33, 43))
    present = seats - chance.randrange(6)
    against = chance.randrange(5)
    silent = chance.randrange(4)
    number = f"DEL{day.year}-{n:06d}"
    return [
        f"Commune de Saint-Exemple-{town}", siret(town), number, day.isoformat(),
        f"{chance.randrange(1, 10)}.{chance.randrange(1, 9)}", chance.choice(_SUBJECTS),
        f"{' '.join(chance.choices(_WORDS, k=8))} {n % 5000}",
        str(day.year) if n % 2 else f"{day.year}/{day.year + 1}",
        "budget principal", f"094-{n:08d}", (day + timedelta(days=n % 9)).isoformat(),
        str(seats), str(present), str(present - against - silent), str(against), str(silent),
        f"https://www.saint-exemple-{town}.fr/deliberations/{number}.pdf",
    ]  # fmt: skip


SUBVENTIONS = Table(
    "subventions", "scdl/subventions", "2.1.1", _subvention,
    ("", "21940028500010", "31/12/2023", "\u00a0", "", "12345", "W12", "x" * 300, "1 234,50 €",
     "numéraire", "", "2023", "123456", "peut-être", "12", "dispositif"),
    frozenset({8, 14}),
)  # fmt: skip
DELIBERATIONS = Table(
    "deliberations", "scdl/deliberations", "2.1.5", _deliberation,
    ("", "21940028500010", "", "31/12/2023", "12", "Voirie", "", "2023/2020", "x", "x",
     "2000-01-01", "beaucoup", "99", "1000", "-", "12.5", "www exemple"),
    frozenset({11, 12, 13, 14, 15}),
)  # fmt: skip


def rows(table: Table, count: int, bad: float) -> Iterator[list[str]]:
    """`bad` is the share of cells that are replaced by a wrong text; the same at each call."""
    chance = random.Random(f"{_SEED}/{table.name}/{count}/{bad}")
    for n in range(count):
        row = table.row(chance, n)
        if bad:
            for column, text in enumerate(table.bad):
                if chance.random() < bad:
                    row[column] = text
        yield row


def names(table: Table) -> list[str]:
    """The columns of the schema."""
    schema = SchemaRegister.open().get(table.schema, table.version)
    return [field["name"] for field in schema.descriptor["fields"]]


def schema_file(table: Table) -> Path:
    """The official descriptor, where the peers can read it."""
    schema = SchemaRegister.open().get(table.schema, table.version)
    return written(
        f"{table.name}-{table.version}.json",
        lambda path: path.write_text(json.dumps(schema.descriptor), encoding="utf-8"),
    )


def csv_file(table: Table, count: int, bad: float) -> Path:
    """A comma-separated file in UTF-8."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            out = csv.writer(stream, lineterminator="\n")
            out.writerow(names(table))
            out.writerows(rows(table, count, bad))

    return written(f"{table.name}-{count}-{bad:g}.csv", write)


def xlsx_file(table: Table, count: int) -> Path:
    """A workbook: amounts are numbers, everything else is text, dates included.

    Real dates would be errors for the peer, which would then do other work than we.
    """

    def write(path: Path) -> None:
        book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        sheet = book.add_worksheet("Feuille1")
        sheet.write_row(0, 0, names(table))
        for number, row in enumerate(rows(table, count, 0), start=1):
            for column, text in enumerate(row):
                if column in table.numbers:
                    sheet.write_number(number, column, float(text))
                elif text:
                    sheet.write_string(number, column, text)
        book.close()

    return written(f"{table.name}-{count}.xlsx", write)


def keys_file(count: int) -> tuple[Path, Path]:
    """A table whose first column is a primary key, all distinct; and its schema."""

    def write(path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write("identifiant,libelle,montant\n")
            for n in range(count):
                stream.write(f"FR-94-{n * 7919 % 10**9:09d}-{n},ligne {n % 1000},{n % 977}.5\n")

    schema = {
        "fields": [
            {"name": "identifiant", "type": "string", "constraints": {"required": True}},
            {"name": "libelle", "type": "string"},
            {"name": "montant", "type": "number"},
        ],
        "primaryKey": ["identifiant"],
    }
    descriptor = written(
        "cles.json", lambda path: path.write_text(json.dumps(schema), encoding="utf-8")
    )
    return written(f"cles-{count}.csv", write), descriptor


def huge_file(size: int) -> Path:
    """A file of at least `size` bytes: the same 200,000 grants again and again."""
    part = csv_file(SUBVENTIONS, 200_000, 0)

    def write(path: Path) -> None:
        header, _, body = part.read_bytes().partition(b"\n")
        with path.open("wb") as stream:
            stream.write(header + b"\n")
            while stream.tell() < size:
                stream.write(body)

    return written(f"subventions-{size}.csv", write)


def variants(table: Table, count: int, bad: float, copies: int) -> list[bytes]:
    """The same file with one more row each time: no two have the same hash."""
    content = csv_file(table, count, bad).read_bytes()
    chance = random.Random(_SEED)
    files = []
    for n in range(copies):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(table.row(chance, 10**6 + n))
        files.append(content + line.getvalue().encode())
    return files


def written(name: str, write: Callable[[Path], object]) -> Path:
    """The file, made by `write` unless it is there; never half of it."""
    path = FOLDER / str(GENERATION) / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f"{os.getpid()}-{path.name}")
        write(unfinished)
        unfinished.replace(path)
    return path
