"""What a type expects, said in words and by an example."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
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


_WRITTEN_DATE = re.compile(r"(?P<day>\d\d?)[/.-](?P<month>\d\d?)[/.-](?P<year>\d{4})"
                           r"|(?P<y>\d{4})[/-](?P<m>\d\d?)[/-](?P<d>\d\d?)")  # fmt: skip
_NO_SUCH_DAY = {
    "fr": "Ce jour n'existe pas dans le calendrier\u00a0: vérifiez-le. ",
    "en": "There is no such day in the calendar: check it. ",
}


def describe_type(params: Mapping[str, Any], cell: str, lang: str) -> dict[str, str]:
    """`expected`, `example`, `true`, `false`, `point`, `calendar`: what a type error's wording
    names. `calendar` says so of a day that does not exist, however it is written.
    """
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
        "calendar": _NO_SUCH_DAY[lang] if _is_no_day(cell) else "",
    }
    if kind in _ISO:
        pattern = form if "%" in form else _ISO[kind]
        facts["mask"], facts["example"] = _described_moment(pattern, lang)
    nouns = _NOUNS[lang]
    facts["expected"] = nouns.get(f"{kind}/{form}", nouns[kind]).format(**facts)
    return facts


def _is_no_day(text: str) -> bool:
    """Whether it is written as a date, the 31st of February say, that no calendar has."""
    found = _WRITTEN_DATE.fullmatch(text.strip())
    if found is None:
        return False
    year, month, day = (
        int(found[a] or found[b]) for a, b in (("year", "y"), ("month", "m"), ("day", "d"))
    )
    try:
        date(year, month, day)
    except ValueError:
        return True
    return False


@lru_cache(maxsize=256)
def _described_moment(pattern: str, lang: str) -> tuple[str, str]:
    mask = re.sub(r"%.", lambda found: _MASKS[lang].get(found[0], found[0]), pattern)
    return mask, _SAMPLE.strftime(pattern)
