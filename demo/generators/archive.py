"""A file too large to be opened by hand: twenty years of deliberations with their minutes."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Final

from demo.generators.council import DELIBERATIONS, deliberation
from demo.tables import Assignment

LARGE_SIZE: Final = 20_000_000
"""Bytes that the archive has at least; it exceeds them by less than one block of rows."""

_FIRST_YEAR: Final = 1996
_BLOCK_ROWS: Final = 500
_SENTENCES: Final = (
    "Le rapporteur rappelle que ce point a été examiné en commission.",
    "Il précise que les crédits nécessaires sont inscrits au budget de l'exercice.",
    "Plusieurs conseillers interviennent sur le calendrier et sur la concertation.",
    "Il est répondu que les habitants seront réunis avant le commencement des travaux.",
    "Un bilan sera présenté au conseil municipal dans un délai d'un an.",
    "Le conseil municipal prend acte des observations et passe au vote.",
    "Les services sont chargés de l'exécution, chacun pour ce qui le concerne.",
    "Une convention précise les engagements de chaque partie.",
)


def archive_chunks(assignment: Assignment) -> Iterator[bytes]:
    """CSV blocks of a valid `scdl/deliberations` file; `assignment.year` is the last year."""
    rng = assignment.rng
    years = assignment.year - _FIRST_YEAR + 1
    size = number = 0
    block = _csv([DELIBERATIONS])
    while True:
        yield block
        size += len(block)
        if size >= LARGE_SIZE:
            return
        lines: list[tuple[str, ...]] = []
        for _ in range(_BLOCK_ROWS):
            number += 1
            day = dt.date(_FIRST_YEAR + number % years, 1, 8) + dt.timedelta(rng.randrange(340))
            record = deliberation(assignment, number, day)
            minutes = " ".join(rng.choice(_SENTENCES) for _ in range(18))
            record["DELIB_OBJET"] = f"{record['DELIB_OBJET']}. {minutes}"
            values = (record[name] for name in DELIBERATIONS)
            lines.append(tuple("" if value is None else str(value) for value in values))
        block = _csv(lines)


def _csv(lines: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()
