"""What readers read of the scores, in French and English."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["fr", "en"]


@cache
def texts(language: Language) -> Mapping[str, str]:
    """Text by key: `score.…`, `band.…`, `criterion.…`, `action.…`, `action.….how`."""
    path = files("services.catalogue") / "data" / "quality" / f"{language}.json"
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found
