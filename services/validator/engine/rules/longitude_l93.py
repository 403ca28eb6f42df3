"""Easting (x) of a point in metres, in the Lambert 93 projection (EPSG:2154).

Fails: a value outside metropolitan France; the northing in its place; degrees; no number.
Passes: metres between -357 823 and 1 313 633; an empty cell.
Source: IGN, RGF93 / Lambert 93; the bounds are those of the format of the same name in frformat.
"""

from services.validator.engine.rules.lambert import EAST, NORTH, within
from services.validator.engine.rules.rule import Rule
from services.validator.engine.wording.words import words

_HINT_FR = "Écrivez l'abscisse x en mètres (Lambert 93), par exemple 660100 pour Créteil."
_HINT_EN = "Write the easting x in metres (Lambert 93), for example 660100 for Créteil."

RULE = Rule(
    code="longitude-l93",
    title={"fr": "Coordonnée Lambert 93 incorrecte", "en": "Wrong Lambert 93 coordinate"},
    parameters={"column": "column that holds the coordinate"},
    compile=within(EAST, NORTH),
    wording={
        "degrees": words(
            ("« {cell} » semble être en degrés et non en mètres.", _HINT_FR),
            ('"{cell}" seems to be in degrees, not in metres.', _HINT_EN),
        ),
        "swapped": words(
            ("« {cell} » est une ordonnée (y) : les deux colonnes sont inversées.", _HINT_FR),
            ('"{cell}" is a northing (y): the two columns are swapped.', _HINT_EN),
        ),
        "outside": words(
            ("« {cell} » est hors de France métropolitaine.", _HINT_FR),
            ('"{cell}" lies outside metropolitan France.', _HINT_EN),
        ),
        "number": words(
            ("« {cell} » n'est pas un nombre.", _HINT_FR),
            ('"{cell}" is not a number.', _HINT_EN),
        ),
    },
)
