"""What a field expects, said in words and by an example."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

_SAMPLE = datetime(2024, 3, 15, 14, 30, tzinfo=UTC)
_ISO = {"date": "%Y-%m-%d", "datetime": "%Y-%m-%dT%H:%M:%S", "time": "%H:%M:%S"}
_MASKS = {
    "fr": {"%Y": "AAAA", "%m": "MM", "%d": "JJ", "%H": "hh", "%M": "mm", "%S": "ss", "%y": "AA"},
    "en": {"%Y": "YYYY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss", "%y": "YY"},
}
_NOUNS = {
    "fr": {
        "date": "une date au format attendu ({mask})",
        "datetime": "une date et heure au format attendu ({mask})",
        "time": "une heure au format attendu ({mask})",
        "year": "une année (AAAA)",
        "yearmonth": "un mois (AAAA-MM)",
        "integer": "un nombre entier",
        "number": "un nombre",
        "boolean": "une des valeurs attendues ({true} ou {false})",
        "string/email": "une adresse électronique",
        "string/uri": "une adresse web complète",
        "string/uuid": "un identifiant UUID",
        "string": "un texte de la forme attendue",
        "array": "une liste entre crochets (JSON)",
        "list": "une liste de valeurs",
        "object": "un objet entre accolades (JSON)",
        "duration": "une durée écrite selon la norme ISO 8601",
        "geopoint": "un point géographique (longitude puis latitude)",
        "geojson": "une géométrie GeoJSON",
        "any": "une valeur",
    },
    "en": {
        "date": "a date in the expected format ({mask})",
        "datetime": "a date and time in the expected format ({mask})",
        "time": "a time in the expected format ({mask})",
        "year": "a year (YYYY)",
        "yearmonth": "a month (YYYY-MM)",
        "integer": "a whole number",
        "number": "a number",
        "boolean": "one of the expected values ({true} or {false})",
        "string/email": "an e-mail address",
        "string/uri": "a complete web address",
        "string/uuid": "a UUID",
        "string": "a text of the expected form",
        "array": "a list in brackets (JSON)",
        "list": "a list of values",
        "object": "an object in braces (JSON)",
        "duration": "an ISO 8601 duration",
        "geopoint": "a geographic point (longitude, then latitude)",
        "geojson": "a GeoJSON geometry",
        "any": "a value",
    },
}
_EXAMPLES = {
    "string/email": "mairie@ville-creteil.fr",
    "string/uri": "https://www.ville-creteil.fr/page",
    "string/uuid": "123e4567-e89b-12d3-a456-426614174000",
    "geopoint/array": "[2.4555, 48.7905]",
    "geopoint/object": '{"lon": 2.4555, "lat": 48.7905}',
    "geopoint": "2.4555,48.7905",
}
_DIGITS = re.compile(r"\^?(?:\\d|\[0-9\])\{(\d+)\}\$?")
_DATE = ("une date (AAAA-MM-JJ)", "a date (YYYY-MM-DD)", "2024-03-15")
_SHAPES: Mapping[str, tuple[str, str, str]] = {
    r"\d{4}-\d{2}-\d{2}": _DATE,
    r"^\d{4}-\d{2}-\d{2}$": _DATE,
    r"^\d{4}-[01]\d-[0-3]\d([+-][0-2]\d:[0-5]\dZ?)?$": _DATE,
    r"^([013-9]\d|2[AB1-9])\d{3}$": (
        "un code INSEE de commune (5 caractères)",
        "the INSEE code of a commune (5 characters)",
        "94028",
    ),
    r"^\d[AB\d]\d{3}$": (
        "un code INSEE de commune (5 caractères)",
        "the INSEE code of a commune (5 characters)",
        "94028",
    ),
    r"^(https?)://[^\s/$.?#].[^\s]*$": (
        "une adresse web complète",
        "a complete web address",
        "https://www.ville-creteil.fr",
    ),
    r"^[1-2]\d\d\d$": ("une année sur 4 chiffres", "a year of 4 digits", "2024"),
    r"^[0-9]{4}(\/[0-9]{4})?$": (
        "une année, ou deux années séparées par /",
        "a year, or two years separated by /",
        "2023/2024",
    ),
    r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}(\/[0-9]{4}\-[0-9]{2}\-[0-9]{2})?$": (
        "une date AAAA-MM-JJ, ou deux séparées par /",
        "a date YYYY-MM-DD, or two separated by /",
        "2024-01-01/2024-12-31",
    ),
}


def describe_type(params: Mapping[str, Any], lang: str) -> dict[str, str]:
    """`expected`, `example`, `true`, `false`, `point`: what a type error's wording names."""
    kind, form = str(params.get("type", "any")), str(params.get("format", "default"))
    point = str(params.get("decimalChar") or ".")
    facts = {
        "true": str((params.get("trueValues") or ["true"])[0]),
        "false": str((params.get("falseValues") or ["false"])[0]),
        "point": {".": "un point", ",": "une virgule"}.get(point, point)
        if lang == "fr"
        else {".": "a point", ",": "a comma"}.get(point, point),
        "example": _EXAMPLES.get(f"{kind}/{form}") or _EXAMPLES.get(kind, f"1250{point}50"),
        "mask": "",
    }
    if kind in _ISO:
        pattern = form if "%" in form else _ISO[kind]
        facts["mask"], facts["example"] = _described_moment(pattern, lang)
    nouns = _NOUNS[lang]
    facts["expected"] = nouns.get(f"{kind}/{form}", nouns[kind]).format(**facts)
    return facts


@lru_cache(maxsize=256)
def _described_moment(pattern: str, lang: str) -> tuple[str, str]:
    mask = re.sub(r"%.", lambda found: _MASKS[lang].get(found[0], found[0]), pattern)
    return mask, _SAMPLE.strftime(pattern)


def usual_shape(pattern: str, lang: str) -> str | None:
    """The pattern in words, None where it is not one of the usual ones."""
    if digits := _DIGITS.fullmatch(pattern):
        return f"{digits[1]} chiffres" if lang == "fr" else f"{digits[1]} digits"
    if pattern in _SHAPES:
        french, english, _ = _SHAPES[pattern]
        return french if lang == "fr" else english
    return None


def describe_pattern(params: Mapping[str, Any], lang: str) -> dict[str, str]:
    """`shape` and `shape_example`: the pattern in words where it is a usual one."""
    pattern = str(params.get("pattern", ""))
    example = params.get("example")
    shape = usual_shape(pattern, lang)
    if shape is None:
        shape = f"motif « {pattern} »" if lang == "fr" else f'pattern "{pattern}"'
    elif pattern in _SHAPES:
        example = example or _SHAPES[pattern][2]
    if example:
        said = f"Par exemple {example}." if lang == "fr" else f"For example {example}."
    else:
        said = "Comparez avec les autres lignes, ou avec la documentation du schéma."
        if lang != "fr":
            said = "Compare with other rows, or with the documentation of the schema."
    return {"shape": shape, "shape_example": said}
