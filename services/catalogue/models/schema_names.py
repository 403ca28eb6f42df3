"""Short names of the schemas that towns use, for people and for the search."""

import json
from functools import cache
from importlib.resources import files

from services.catalogue.models.wording import Language

SOCLE = frozenset(
    {
        "139bercy/format-commande-publique",
        "atlasante/schema-dae",
        "etalab/schema-amenagements-cyclables",
        "etalab/schema-bal",
        "etalab/schema-irve-dynamique",
        "etalab/schema-irve-statique",
        "scdl/budget",
        "scdl/catalogue",
        "scdl/deliberations",
        "scdl/equipements",
        "scdl/menus-collectifs",
        "scdl/plats-menus-collectifs",
        "scdl/prenoms",
        "scdl/subventions",
    }
)
"""The socle commun: the national register's list of SCDL schemas (its one entry for charging
points of before 2023 left out), and public contracts, which the law adds."""


def schema_label(name: str, language: Language = "fr") -> str:
    """The schema's name in the reader's language, or words made from its identifier.

    `etalab/schema-lieux-covoiturage` → « Lieux de covoiturage ».
    """
    known = schema_labels(language).get(name)
    if known:
        return known
    words = name.rpartition("/")[2].removeprefix("schema-").replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


@cache
def schema_labels(language: Language = "fr") -> dict[str, str]:
    """The names that were chosen, by identifier."""
    data = files("services.catalogue") / "data" / "schema_labels.json"
    labels: dict[str, dict[str, str]] = json.loads(data.read_text("utf-8"))
    return {name: label[language] for name, label in labels.items()}
