"""Cases of the kinds of the W3C tests « CSV on the Web », said in Table Schema.

One column under one field, a text, and whether it is valid.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """A file against a schema."""

    name: str
    descriptor: dict[str, Any]
    content: str
    valid: bool


_DATATYPES: dict[str, tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "string": ({"type": "string"}, ("x", "é", "1"), ()),
    "boolean": ({"type": "boolean"}, ("true", "false", "1", "0"), ("yes", "2", "vrai")),
    "boolean-format": (
        {"type": "boolean", "trueValues": ["Y"], "falseValues": ["N"]}, ("Y", "N"), ("true", "y"),
    ),
    "integer": ({"type": "integer"}, ("1", "-1", "+1", "0"), ("1.0", "1e2", "x", "1 000")),
    "number": ({"type": "number"}, ("1", "1.5", "-.5", "1e6", "1E-2"), ("1,5", "x", "1.2.3")),
    "number-french": (
        {"type": "number", "decimalChar": ",", "groupChar": " "}, ("1,5", "1 234,5"), ("1.5", "x"),
    ),
    "date": ({"type": "date"}, ("2015-03-22", "2024-02-29"),
             ("2015-02-29", "22/03/2015", "2015-3-22", "2015-03-22T00:00:00")),
    "date-format": ({"type": "date", "format": "%d.%m.%Y"}, ("22.03.2015",),
                    ("2015-03-22", "31.02.2015")),
    "time": ({"type": "time"}, ("15:02:37",), ("25:00:00", "15:02", "15h02")),
    "datetime": ({"type": "datetime"}, ("2015-03-15T15:02:37", "2015-03-15T15:02:37Z"),
                 ("2015-03-15", "2015-03-15T15:62:37")),
    "year": ({"type": "year"}, ("2015",), ("15", "20155", "x")),
    "yearmonth": ({"type": "yearmonth"}, ("2015-03",), ("2015-13", "03-2015")),
    "duration": ({"type": "duration"}, ("P1Y2M", "PT1H", "P3D"), ("P", "1Y", "PT")),
    "uri": ({"type": "string", "format": "uri"}, ("https://example.org/a",), ("exemple", "//a b")),
    "length": ({"type": "string", "constraints": {"minLength": 3, "maxLength": 3}},
               ("abc", "été"), ("ab", "abcd")),
    "minimum": ({"type": "integer", "constraints": {"minimum": 3}}, ("3", "4"), ("2", "-4")),
    "maximum": ({"type": "number", "constraints": {"maximum": 3}}, ("3.0", "-4"), ("3.01",)),
    "date-minimum": ({"type": "date", "constraints": {"minimum": "2015-01-01"}},
                     ("2015-01-01",), ("2014-12-31",)),
    "exclusive": ({"type": "integer", "constraints": {"exclusiveMinimum": 3}}, ("4",), ("3",)),
    "pattern": ({"type": "string", "constraints": {"pattern": "[A-Z]{2}[0-9]+"}},
                ("AB1",), ("ab1", "AB", "xAB1", "AB1x")),
    "enumeration": ({"type": "string", "constraints": {"enum": ["a", "b"]}}, ("a",), ("c", "A")),
    "required": ({"type": "string", "constraints": {"required": True}}, ("x",), ("",)),
}  # fmt: skip


def _cells() -> Iterator[Kind]:
    for name, (field, right, wrong) in _DATATYPES.items():
        descriptor = {"fields": [{"name": "valeur", **field}, {"name": "autre"}]}
        for valid, texts in ((True, right), (False, wrong)):
            for text in texts:
                content = f'valeur,autre\n"{text}",x\n'
                yield Kind(f"{name}-{'right' if valid else 'wrong'}-{text}", descriptor, content,
                           valid)  # fmt: skip


_TWO = [{"name": "a", "type": "string"}, {"name": "b", "type": "integer"}]


def _tables() -> Iterator[Kind]:
    plain: dict[str, Any] = {"fields": _TWO}
    yield Kind("titles-match", plain, "a,b\nx,1\n", valid=True)
    yield Kind("titles-in-another-order", plain, "b,a\n1,x\n", valid=True)
    yield Kind("titles-none-matches", plain, "c,d\nx,1\n", valid=False)
    yield Kind("extra-column", plain, "a,b,c\nx,1,y\n", valid=True)
    yield Kind("missing-optional-column", plain, "b,c\n1,x\n", valid=True)
    required = {"fields": [{**_TWO[0], "constraints": {"required": True}}, _TWO[1]]}
    yield Kind("missing-required-column", required, "b,c\n1,x\n", valid=False)
    yield Kind("null-value", {**plain, "missingValues": ["", "NA"]}, "a,b\nx,NA\n", valid=True)
    yield Kind("null-value-not-declared", plain, "a,b\nx,NA\n", valid=False)
    yield Kind("short-row", plain, "a,b\nx\n", valid=False)
    yield Kind("long-row", plain, "a,b\nx,1,z\n", valid=False)
    key = {**plain, "primaryKey": ["a"]}
    yield Kind("primary-key-distinct", key, "a,b\nx,1\ny,1\n", valid=True)
    yield Kind("primary-key-twice", key, "a,b\nx,1\nx,2\n", valid=False)
    yield Kind("primary-key-empty", key, "a,b\n,1\nx,2\n", valid=False)
    both = {**plain, "primaryKey": ["a", "b"]}
    yield Kind("primary-key-of-two-distinct", both, "a,b\nx,1\nx,2\n", valid=True)
    yield Kind("primary-key-of-two-twice", both, "a,b\nx,1\nx,1\n", valid=False)
    reference = {"fields": ["b"], "reference": {"resource": "", "fields": ["c"]}}
    foreign = {
        "fields": [_TWO[1], {"name": "c", "type": "integer"}], "foreignKeys": [reference],
    }  # fmt: skip
    yield Kind("foreign-key-found", foreign, "b,c\n1,2\n2,1\n", valid=True)
    yield Kind("foreign-key-not-found", foreign, "b,c\n1,2\n3,1\n", valid=False)
    unique = {"fields": [{**_TWO[0], "constraints": {"unique": True}}, _TWO[1]]}
    yield Kind("unique-distinct", unique, "a,b\nx,1\ny,1\n", valid=True)
    yield Kind("unique-twice", unique, "a,b\nx,1\nx,2\n", valid=False)


def csvw_kinds() -> tuple[Kind, ...]:
    """All of them, in a stable order."""
    return (*_cells(), *_tables())
