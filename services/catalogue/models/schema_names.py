"""Short French names of the schemas that towns use, for people and for the search."""

import json
from functools import cache
from importlib.resources import files


def schema_label(name: str) -> str:
    """The schema's name in French, or words made from its identifier.

    `etalab/schema-lieux-covoiturage` → « Lieux de covoiturage ».
    """
    known = _labels().get(name)
    if known:
        return known
    words = name.rpartition("/")[2].removeprefix("schema-").replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


@cache
def _labels() -> dict[str, str]:
    data = files("services.catalogue") / "data" / "schema_labels.json"
    labels: dict[str, str] = json.loads(data.read_text("utf-8"))
    return labels
