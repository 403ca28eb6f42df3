"""What is wrong with a configuration file, in French, with the table and the line."""

import difflib
import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z_]+)\s*\]")
_OF_TYPE = ("_type", "_parsing")
_TYPES = {
    "string": "un texte entre guillemets",
    "int": "un nombre entier",
    "bool": "true ou false",
    "tuple": "une liste entre crochets, ou des tables [[…]]",
    "model": "une table entre crochets",
    "dict": "une table entre accolades",
}


def explain(error: ValidationError, text: str, model: type[BaseModel]) -> Iterator[str]:
    """One sentence per fault, in the order of the file."""
    lines = text.splitlines()
    told = [_fault(dict(fault), lines, model) for fault in error.errors()]
    for _, sentence in sorted(told):
        yield sentence


def _fault(fault: dict[str, Any], lines: list[str], model: type[BaseModel]) -> tuple[int, str]:
    location = [part for part in fault["loc"] if isinstance(part, str | int)]
    line = _line(location, lines, fault.get("ctx", {}).get("value"))
    whole_table = len(location) == 2 and isinstance(location[1], int)
    names = [part for part in location if isinstance(part, str)]
    key = "" if whole_table or not names else names[-1]
    sentence = _sentence(fault, key, _known_keys(location, model))
    where = _place(location, line)
    return line, f"{where} : {sentence}." if where else f"{sentence}."


def _place(location: list[str | int], line: int) -> str:
    parts = [f"ligne {line}"] if line else []
    if location:
        number = location[1] if len(location) > 1 else None
        if isinstance(number, int):
            parts.append(f"[[{location[0]}]] n° {number + 1}")
        elif len(location) > 1:
            parts.append(f"[{location[0]}]")
    return ", ".join(parts)


def _line(location: list[str | int], lines: list[str], value: object) -> int:
    """Line of the key, else of its table's header, else of the value: TOML keeps no place."""
    if not location:
        return next((n for n, line in enumerate(lines, 1) if f'"{value}"' in line), 0)
    table, key = location[0], location[-1]
    number = location[1] if len(location) > 1 and isinstance(location[1], int) else 0
    headers = [place for place, line in enumerate(lines, 1) if _header_name(line) == table]
    if number >= len(headers):
        return 0
    for place in range(headers[number] + 1, len(lines) + 1):
        if _header_name(lines[place - 1]):
            break
        if re.match(rf"\s*{re.escape(str(key))}\s*=", lines[place - 1]):
            return place
    return headers[number]


def _header_name(line: str) -> str | None:
    found = _HEADER.match(line)
    return found[1] if found else None


def _known_keys(location: list[str | int], model: type[BaseModel]) -> list[str]:
    """Keys of the table that holds the faulty key."""
    current: type[BaseModel] = model
    for part in location[:-1]:
        if isinstance(part, str) and part in current.model_fields:
            inner = _model_of(current.model_fields[part].annotation)
            if inner is None:
                break
            current = inner
    return list(current.model_fields)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The table behind a field: itself, or the element of a tuple of tables."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_of(argument) for argument in get_args(annotation))
    return next((one for one in found if one is not None), None)


def _sentence(fault: dict[str, Any], key: str, known: list[str]) -> str:
    kind, context, given = str(fault["type"]), fault.get("ctx", {}), fault["input"]
    if kind == "extra_forbidden":
        return _unknown(key, known)
    if wanted := _TYPES.get(kind.split("_", maxsplit=1)[0] if kind.endswith(_OF_TYPE) else ""):
        return f"« {key} » doit être {wanted}"
    sentences = {
        "missing": f"il manque « {key} »",
        "literal_error": f"« {key} » vaut « {given} » ; valeurs possibles : "
        + str(context.get("expected", "")).replace(" or ", " ou "),
        "string_pattern_mismatch": f"« {key} » : « {given} » n'a pas la forme attendue",
        "greater_than_equal": f"« {key} » doit être au moins {context.get('ge')}",
        "less_than_equal": f"« {key} » doit être au plus {context.get('le')}",
        "too_short": f"« {key} » est vide",
        "string_too_short": f"« {key} » est vide",
        "string_too_long": f"« {key} » est trop long ({context.get('max_length')} caractères)",
    }
    return sentences.get(kind, f"« {key} » : {fault['msg']}" if key else str(fault["msg"]))


def _unknown(key: str, known: list[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"clé inconnue « {key} », vouliez-vous dire « {near[0]} » ?"
    return f"clé inconnue « {key} » (clés possibles : {', '.join(known)})"
