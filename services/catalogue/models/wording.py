"""What readers of the API read, in French and English."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

from shared.typography import typeset

Language = Literal["fr", "en"]


@cache
def wording(language: Language) -> Mapping[str, str]:
    """Text by key, of all files of `data/words/<language>/`."""
    folder = files("services.catalogue") / "data" / "words" / language
    found: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        found.update(json.loads(file.read_text("utf-8")))
    return {key: typeset(text) for key, text in found.items()} if language == "fr" else found
