"""Official examples and real files, with the schema that each was written for."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.reference import reference_dir
from tests.unit.validator.engine.test_official_examples import examples, index, target

_REAL = {
    "aires-livraison_antibes.csv": "CEREMA__schema-aire-livraison",
    "arretes-circulation_vence.csv": "CEREMA__schema-arrete-circulation-marchandises",
    "budget_crach_bp-2022.csv": "scdl__budget",
    "prenoms_digne-les-bains_2017.csv": "scdl__prenoms",
    "subventions_dep-haute-garonne.csv": "scdl__subventions",
    "subventions_dep-lot_2017.csv": "scdl__subventions",
}
_TABLES = {".csv", ".xlsx", ".xls", ".ods", ".tsv"}


@dataclass(frozen=True)
class OfficialFile:
    """`name` is folder/file."""

    name: str
    path: Path
    descriptor: dict[str, Any]


def official_files() -> list[OfficialFile]:
    """Tables with a Table Schema; skips the test when the reference data is absent."""
    found = [
        OfficialFile(name, path, dict(chosen.descriptor))
        for name, (path, chosen) in examples().items()
        if chosen is not None and path.suffix.lower() in _TABLES
    ]
    entries = {entry["slug"]: entry for entry in index()}
    for name, slug in _REAL.items():
        chosen = target(reference_dir("schemas"), entries[slug], "")
        if chosen is not None:
            path = reference_dir("real") / name
            found.append(OfficialFile(f"real/{name}", path, dict(chosen.descriptor)))
    return found
