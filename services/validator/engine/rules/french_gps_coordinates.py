"""A point, longitude then latitude, that lies in France.

Fails: a point abroad; latitude written before longitude, reported with its own code
(`reversed-french-gps-coordinates`).
Passes: a point on the mainland, in Corsica or anywhere overseas, up to ten kilometres beyond a
border; an empty cell; a text that is no point (its type says so).
Source: Validata's check of the same name; contours of the départements (IGN Admin Express).
"""

from collections.abc import Sequence
from decimal import Decimal

from services.validator.engine.cells import Cell
from services.validator.engine.rules.french_territory import is_in_france
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule
from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.geo import geopoint_reader
from services.validator.engine.wording.words import words

REVERSED = "reversed-french-gps-coordinates"

_READERS = tuple(
    geopoint_reader(FieldSpec(name="", type="geopoint", format=form))
    for form in ("default", "array", "object")
)


def _point(cell: Cell) -> tuple[Decimal, Decimal] | None:
    if isinstance(cell.value, tuple) and len(cell.value) == 2:
        return cell.value
    for read in _READERS:
        point: tuple[Decimal, Decimal] | None = read(cell.text)
        if point is not None:
            return point
    return None


def _judge(cells: Sequence[Cell]) -> Fault | None:
    point = _point(cells[0])
    if point is None or is_in_france(float(point[0]), float(point[1])):
        return None
    longitude, latitude = point
    if is_in_france(float(latitude), float(longitude)):
        left, comma, right = cells[0].text.partition(",")
        plain = comma and not cells[0].text.startswith(("[", "{"))
        swapped = f"{right.strip()},{left.strip()}" if plain else None
        return Fault("reversed", fix=swapped, code=REVERSED)
    return Fault("abroad")


def _compile(params: Parameters) -> Check:
    return Check((params.column("column"),), _judge)


RULE = Rule(
    code="french-gps-coordinates",
    codes=(REVERSED,),
    title={"fr": "Coordonnées hors de France", "en": "Coordinates outside France"},
    parameters={"column": "column that holds the point"},
    compile=_compile,
    wording={
        "reversed": words(
            (
                (
                    "Dans « {cell} », la latitude et la longitude sont inversées : on attend la"
                    " longitude d'abord."
                ),
                "Écrivez longitude,latitude, par exemple 2.4555,48.7905 pour Créteil.",
            ),
            (
                'In "{cell}" latitude and longitude are swapped: longitude comes first.',
                "Write longitude,latitude, for example 2.4555,48.7905 for Créteil.",
            ),
        ),
        "abroad": words(
            (
                "Le point « {cell} » n'est pas en France.",
                (
                    "Vérifiez les coordonnées : longitude,latitude en degrés, par exemple"
                    " 2.4555,48.7905 pour Créteil."
                ),
            ),
            (
                'The point "{cell}" is not in France.',
                (
                    "Check the coordinates: longitude,latitude in degrees, for example"
                    " 2.4555,48.7905 for Créteil."
                ),
            ),
        ),
    },
)
