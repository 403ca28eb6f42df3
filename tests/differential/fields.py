"""Fields of every type, format and constraint, each with cells that are right for it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Sample:
    """A descriptor without its name, and cells that every validator accepts."""

    descriptor: dict[str, Any]
    right: tuple[str, ...]
    extra: tuple[str, ...] = field(default=())
    """Cells that try this very field."""


def _string(right: tuple[str, ...], extra: tuple[str, ...] = (), **constraints: Any) -> Sample:
    return Sample({"type": "string", "constraints": constraints}, right, extra)


def _typed(kind: str, right: tuple[str, ...], extra: tuple[str, ...] = (), **more: Any) -> Sample:
    return Sample({"type": kind, **more}, right, extra)


_UUID = "123e4567-e89b-12d3-a456-426614174000"

FIELDS: dict[str, Sample] = {
    "texte": _string(("Créteil", "a", "deux mots", "l'été, encore")),
    "requis": _string(("x", "Nogent"), required=True),
    "motif": _string(("94028", "12345"), ("9402", "94028 ", "abcde"), pattern=r"^\d{5}$"),
    "alternative": _string(("ab", "cd"), ("abd", "acd", "abcd"), pattern="ab|cd"),
    "groupe": _string(("W12", "W345"), ("w12", "W", "12"), pattern=r"W(\d+)"),
    "choix": _string(("été", "hiver"), ("Été", " hiver", "ete"), enum=["été", "hiver"]),
    "court": _string(("ab", "abcde"), ("é", "abcdef"), minLength=2, maxLength=5),
    "unique": _string(tuple(f"u{n}" for n in range(60)), unique=True),
    "courriel": _typed("string", ("a@b.fr", "x.y@ville.example.org"), ("a@b", "@", "a b@c.fr"),
                       format="email"),
    "adresse": _typed("string", ("https://www.exemple.fr/a", "http://exemple.fr"),
                      ("www.exemple.fr", "exemple", "https://exemple.fr/a b"), format="uri"),
    "uuid": _typed("string", (_UUID,), ("123e4567", _UUID.upper()), format="uuid"),
    "binaire": _typed("string", ("QUJD", "QQ=="), ("QQ", "é"), format="binary"),
    "entier": _typed("integer", ("0", "12", "-3", "+7"), ("12.0", "1 000", "007"),
                     constraints={"minimum": -10, "maximum": 500}),
    "entier_borne": _typed("integer", ("1", "9"), ("0", "10"),
                           constraints={"minimum": 1, "maximum": 9}),
    "entier_nu": _typed("integer", ("12", "12 €", "€12"), ("€", "douze"), bareNumber=False),
    "entier_choix": _typed("integer", ("1", "2"), ("3", "01"), constraints={"enum": [1, 2]}),
    "nombre": _typed("number", ("0", "1.5", "-2.25", "1e3"), ("1,5", "1.2.3", "--1"),
                     constraints={"minimum": -10}),
    "virgule": _typed("number", ("1,5", "1 234,5", "12"), ("1.5", "1,2,3"),
                      decimalChar=",", groupChar=" "),
    "pourcent": _typed("number", ("12%", "3.5"), ("%", "12 pour cent"), bareNumber=False),
    "booleen": _typed("boolean", ("oui", "non"), ("Oui", "true", "1"),
                      trueValues=["oui"], falseValues=["non"]),
    "logique": _typed("boolean", ("true", "false", "True", "1", "0"), ("vrai", "oui")),
    "date": _typed("date", ("2024-01-31", "2001-12-01"), ("31/01/2024", "2024-02-30", "20240131"),
                   constraints={"minimum": "2000-01-01"}),
    "jour": _typed("date", ("31/12/2023", "01/02/2024"), ("31/02/2023", "2023-12-31"),
                   format="%d/%m/%Y"),
    "moment": _typed("datetime", ("2024-01-31T10:00:00", "2024-01-31T10:00:00Z"),
                     ("2024-01-31 10:00:00", "2024-01-31", "2024-01-31T25:00:00Z")),
    "instant": _typed("datetime", ("31/12/2023 10:30",), ("31/12/2023", "x"),
                      format="%d/%m/%Y %H:%M"),
    "heure": _typed("time", ("10:30:00", "23:59:59"), ("24:00:00", "10:30", "10h30")),
    "annee": _typed("year", ("2024", "1999"), ("24", "20245", "deux mille")),
    "mois": _typed("yearmonth", ("2024-03", "1999-12"), ("2024-13", "03/2024")),
    "duree": _typed("duration", ("P1Y", "PT5M", "P1DT2H"), ("1 an", "P", "5M")),
    "point": _typed("geopoint", ("2.45, 48.79", "-3.5,47"), ("48.79", "190,0", "2,45,48,79")),
    "paire": _typed("geopoint", ("[2.45, 48.79]",), ("2.45, 48.79", "[2.45]"), format="array"),
    "objet_point": _typed("geopoint", ('{"lon": 2.4, "lat": 48.7}',), ('{"lon": 2.4}', "[1, 2]"),
                          format="object"),
    "geojson": _typed("geojson", ('{"type": "Point", "coordinates": [2.4, 48.7]}',),
                      ('{"type": "Point"}', "{}", "POINT(1 2)")),
    "objet": _typed("object", ('{"a": 1}', "{}"), ("[]", "{a: 1}")),
    "liste": _typed("array", ('["a"]', "[]"), ("a", '{"a": 1}')),
    "liste_choix": _typed("array", ('["a"]', '["a", "b"]'), ('["c"]', "a,b"),
                          arrayItem={"type": "string", "constraints": {"enum": ["a", "b"]}}),
    "quelconque": _typed("any", ("x", "1", "été")),
}  # fmt: skip

NASTY = (
    "", "", "", " ", "NA", "x", "0", "-", "n/a", "null", "None", "été", "e\u0301te\u0301", "œuvre",
    "\u00a012", "1\u00a0234,5", "1\u202f234", "1_000", "٣", " 12 ", "12 ", "NaN", "INF", "-INF",
    "12.", ".5", "1e400", "1E5", "0x10", "2020-1-5", "2024-01-31 ", "0000", " 202", "99999",
    "2024-3", 'dit "oui"', '"', "a\nb", "a\r\nb", "12345\n", "'x'", "a,b;c\td|e", "=1+1", "#REF!",
    "\ufeffx", "\u200bx",
    "𝒳", "x" * 400, "true", "TRUE", "Oui", "[1]", "{}", "[", "\\N", '{"a": NaN}',
    "9" * 40, "1" + "0" * 300, "1.0", "+1", "--1", "١٢", "２０２３-01-05", "12345678901234567890",
)  # fmt: skip
"""Cells that may stand anywhere."""
