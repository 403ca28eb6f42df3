"""Tables that nobody should write, from a seed: every type, every quirk of CSV."""

import random
from dataclasses import dataclass
from typing import Any

FIELDS: tuple[dict[str, Any], ...] = (
    {"name": "texte", "type": "string"},
    {"name": "requis", "type": "string", "constraints": {"required": True}},
    {"name": "manque", "type": "string", "constraints": {"required": True},
     "missingValues": ["", "NA", "-"]},
    {"name": "motif", "type": "string", "constraints": {"pattern": r"^\d{2,3}[a-zé]*$"}},
    {"name": "large", "type": "string",
     "constraints": {"pattern": r"[^\s;]+( \w+)?", "minLength": 2}},
    {"name": "choix", "type": "string", "constraints": {"enum": ["été", "hiver", "NA"]}},
    {"name": "court", "type": "string", "constraints": {"minLength": 2, "maxLength": 5}},
    {"name": "courriel", "type": "string", "format": "email"},
    {"name": "adresse", "type": "string", "format": "uri"},
    {"name": "entier", "type": "integer", "constraints": {"minimum": 0, "maximum": 500}},
    {"name": "nombre", "type": "number",
     "constraints": {"minimum": 0.01, "exclusiveMaximum": 100000}},
    {"name": "virgule", "type": "number", "decimalChar": ",", "groupChar": " "},
    {"name": "booleen", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
    {"name": "date", "type": "date", "constraints": {"minimum": "2000-01-01"}},
    {"name": "jour", "type": "date", "format": "%d/%m/%Y"},
    {"name": "moment", "type": "datetime"},
    {"name": "annee", "type": "year", "constraints": {"minimum": 1990}},
    {"name": "mois", "type": "yearmonth"},
    {"name": "point", "type": "geopoint"},
    {"name": "liste", "type": "array"},
    {"name": "siret", "type": "string"},
    {"name": "debut", "type": "integer"},
    {"name": "fin", "type": "integer"},
    {"name": "somme", "type": "number"},
    {"name": "du", "type": "date"},
    {"name": "au", "type": "date"},
)  # fmt: skip
CHECKS: tuple[dict[str, Any], ...] = (
    {"name": "french-siret-value", "params": {"column": "siret"}},
    {"name": "french-siren-value", "params": {"column": "motif"}},
    {"name": "year-interval-value", "params": {"column": "large", "allow-year-only": "yes"}},
    {"name": "one-of-required", "params": {"column1": "siret", "column2": "texte"}},
    {"name": "cohesive-columns-value", "params": {"column": "debut", "othercolumns": ["fin"]}},
    {"name": "compare-columns-value",
     "params": {"column": "debut", "op": "<=", "column2": "fin"}},
    {"name": "compare-columns-value", "params": {"column": "du", "op": "<", "column2": "au"}},
    {"name": "sum-columns-value", "params": {"column": "somme", "columns": ["debut", "fin"]}},
)  # fmt: skip
CELLS = (
    "", "", "", " ", "\u00a0", "NA", "-", "x", "oui", "non", "été", "hiver", "ete\u0301", "12",
    "123", "12é", "99", "0", "1", "2", "3", "5", "500", "501", "-1", "+3", "1.0", "1.5", "0.001",
    "0.010000001", "0.00999999",
    "2024-01-01", "2024-01-02", "99999.9999999", "100000", "123456789012.5", "1 234,5",
    "12,5", "1e3", ".5",
    "5.", "1,", "٣", "2024-01-31", "2024-02-29", "2023-02-29", "1999-12-31", "0001-01-01",
    "2024-04-31", "31/01/2024", "30/02/2024", "29/02/2024", "2024-01-31T10:00:00",
    "2024-01-31T25:00:00", "2024", "1989", "0000", "2024/2025", "2025/2024", "2024-03", "2024-13",
    "2.45,48.79", "2.45, 48.79", "190,0", "[1]", "{}", "a@b.fr", "a..b@c.fr", "a.b@ville-x.fr",
    "https://x.fr/a?b=c", "https:///x", "http://[x", "21940028000018", "21940028000019",
    "00000000000000", "35600000000048", "35600000012345", "219400280", "ab", "abcdef", "éé", "é",
    "e\u0301",
    "ééééé", "e\u0301e\u0301e\u0301", "日本", "a b", "a  b", "a;b", 'a"b', "a\nb", "a\rb",
    "a\r\nb", "€", "’", "\u202f", "\x00", "\x1c", "\u212a", "-\u212a", "N\u212a", "x" * 70,
)  # fmt: skip
TRAPS = {"large": ("é", "éa"), "court": ("e\u0301", "é", "éé")}
"""Texts of which bytes, code points and characters after NFC are not as many, where they count."""

GOOD = {
    "requis": "bon", "manque": "oui", "motif": "219", "large": "2024", "choix": "été",
    "court": "abc", "courriel": "a@b.fr", "adresse": "https://x.fr", "entier": "7",
    "nombre": "1.5", "virgule": "2,5", "booleen": "oui", "date": "2024-01-31",
    "jour": "31/01/2024", "moment": "2024-01-31T10:00:00", "annee": "2024", "mois": "2024-03",
    "point": "2.45,48.79", "liste": "[1]", "siret": "21940028000018", "debut": "1", "fin": "2",
    "somme": "3", "du": "2024-01-01", "au": "2024-01-02", "texte": "texte",
}  # fmt: skip


@dataclass(frozen=True)
class Nasty:
    """A file and the descriptor to check it against."""

    content: bytes
    descriptor: dict[str, Any]


def nasty(seed: int, rows: int = 12) -> Nasty:
    """The same for the same seed."""
    dice = random.Random(seed)
    fields = dice.sample(FIELDS, dice.randint(1, 9))
    if dice.random() < 0.5:
        fields = [each for each in FIELDS if each in fields or each["name"] in _TOGETHER]
    names = [each["name"] for each in fields]
    descriptor: dict[str, Any] = {"fields": fields}
    descriptor["custom_checks"] = [
        check for check in CHECKS if dice.random() < 0.7 and _columns(check) <= set(names)
    ]
    _keys(dice, descriptor, names)
    delimiter = dice.choice([",", ";", "\t", "|"])
    labels = names + dice.choice([[], [], ["inconnue"], [""]])
    lines = [delimiter.join(labels), *(_line(dice, labels, delimiter) for _ in range(rows))]
    end = dice.choice(["\n", "\r\n", "\r"])
    text = "".join(line + (end if dice.random() < 0.97 else "\n") for line in lines)
    text = text if dice.random() < 0.6 else text.rstrip("\r\n")
    if dice.random() < 0.05:
        text += end + delimiter.join(['"ouvert'] + ["x"] * 3)
    encoding = dice.choice(["utf-8"] * 6 + ["utf-8-sig", "cp1252", "utf-16"])
    content = text.encode(encoding, "replace")
    if dice.random() < 0.05:
        content += b"\xe9\n"
    return Nasty(content, descriptor)


_TOGETHER = frozenset({"siret", "texte", "debut", "fin", "somme", "du", "au"})


def _columns(check: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for name, value in check["params"].items():
        if name.startswith(("column", "othercolumns")):
            found |= {value} if isinstance(value, str) else set(value)
    return found


def _keys(dice: random.Random, descriptor: dict[str, Any], names: list[str]) -> None:
    if dice.random() < 0.4:
        descriptor["primaryKey"] = dice.sample(names, min(len(names), dice.randint(1, 2)))
    if dice.random() < 0.2:
        descriptor["uniqueKeys"] = [dice.sample(names, 1)]


def _line(dice: random.Random, labels: list[str], delimiter: str) -> str:
    fate = dice.random()
    if fate < 0.05:
        return dice.choice(["", "", delimiter * 2, " "])
    wrong = dice.choice([0.02, 0.3])
    cells = [_cell(dice, _text(dice, label, wrong), delimiter) for label in labels]
    if fate < 0.12:
        cells = cells[: dice.randint(1, len(cells))]
    elif fate < 0.18:
        cells += [dice.choice(["", "de trop"])] * dice.randint(1, 2)
    return delimiter.join(cells)


def _text(dice: random.Random, label: str, wrong: float) -> str:
    if dice.random() < 0.1:
        return ""
    if dice.random() >= wrong:
        return GOOD.get(label, "")
    traps = TRAPS.get(label)
    return dice.choice(traps if traps and dice.random() < 0.3 else CELLS)


def _cell(dice: random.Random, text: str, delimiter: str) -> str:
    special = any(mark in text for mark in (delimiter, '"', "\n", "\r"))
    if dice.random() < (0.9 if special else 0.15):
        quoted = '"' + text.replace('"', '""') + '"'
        return quoted + "x" if dice.random() < 0.03 else quoted
    return text
