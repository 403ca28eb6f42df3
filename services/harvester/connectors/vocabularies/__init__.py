"""Licences, frequencies, formats and JSON-LD terms, as data files; facts, no code."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def vocabulary(name: str) -> Any:
    """The content of `<name>.json`, read once. Callers must not change it."""
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8"))
