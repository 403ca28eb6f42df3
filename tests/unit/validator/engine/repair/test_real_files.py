"""Files that towns have published: errors before and after, printed with `pytest -s`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.corrections import correct, validate
from tests.support.reference import reference_dir

FILES = {
    "aires-livraison_antibes.csv": "CEREMA__schema-aire-livraison",
    "arretes-circulation_vence.csv": "CEREMA__schema-arrete-circulation-marchandises",
    "budget_crach_bp-2022.csv": "scdl__budget",
    "prenoms_digne-les-bains_2017.csv": "scdl__prenoms",
    "subventions_dep-haute-garonne.csv": "scdl__subventions",
    "subventions_dep-lot_2017.csv": "scdl__subventions",
}
BETTER = {"budget_crach_bp-2022.csv", "subventions_dep-haute-garonne.csv",
          "subventions_dep-lot_2017.csv"}  # fmt: skip


def latest(slug: str) -> dict[str, Any]:
    base = reference_dir("schemas")
    (entry,) = [e for e in json.loads((base / "index.json").read_bytes()) if e["slug"] == slug]
    (version,) = [v for v in entry["versions"] if v["version"] == entry["latest"]]
    candidates = [base / slug / entry["latest"] / Path(name).name for name in version["files"]]
    found: dict[str, Any] = json.loads(next(p for p in candidates if p.exists()).read_bytes())
    return found


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_is_never_worse_and_correcting_it_twice_changes_nothing(name: str) -> None:
    content = (reference_dir("real") / name).read_bytes()
    schema = latest(FILES[name])
    done = correct(content, schema, name=name)
    before, after = done.correction.errors_before, done.correction.errors_after
    print(f"{name}: {before} -> {after}")  # noqa: T201 - the figure is the point
    assert validate(done.content, schema).stats.errors == after
    assert after < before if name in BETTER else after == before
    assert correct(done.content, schema).content == done.content
