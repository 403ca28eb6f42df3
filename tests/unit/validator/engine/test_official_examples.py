"""Every published example: a verdict or a clear refusal, and the right verdict.

Each example whose verdict is not the one that its name promises has its reason here and in
docs/engine/examples.md.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from services.validator.adapters.files import check_file
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import Result, SchemaRef
from services.validator.engine.validation import Options, Target
from tests.support.reference import reference_dir

ROOT = Path(__file__).parents[4]
DOCUMENT = ROOT / "docs" / "engine" / "examples.md"
_VERSION = re.compile(r"v(\d+\.\d+(?:\.\d+)?)_|validateur_(?:auto-detect-)?(\d\.\d)-")
_BAD = re.compile(r"invalid|erreur|non-valid|duplicate|bad|incoherent")

# The version that an example was written for, where its name does not say it.
WRITTEN_FOR = {
    "2021-05_exemple-valide.xlsx": "0.2.0",
    "2018_exemple-invalide.csv": "1.0.0",
    "exemple_valide.csv": "1.0.0",
    "exemple_invalide.csv": "1.0.0",
    "exemple_invalide_complet.csv": "1.0.0",
    "exemple_invalide_structure.csv": "1.0.0",
}


def index() -> list[dict[str, Any]]:
    path = reference_dir("schemas") / "index.json"
    entries: list[dict[str, Any]] = json.loads(path.read_bytes())
    return entries


@cache
def examples() -> dict[str, tuple[Path, Target | None]]:
    """By « slug/file »; None where the schema is no Table Schema."""
    base = reference_dir("schemas")
    return {
        f"{entry['slug']}/{path.name}": (path, target(base, entry, path.name))
        for entry in index()
        for path in sorted((base / entry["slug"] / "exemples").glob("*"))
    }


def target(base: Path, entry: Mapping[str, Any], example: str) -> Target | None:
    match = _VERSION.match(example)
    said = WRITTEN_FOR.get(example) or (match and (match[1] or match[2])) or entry["latest"]
    versions = [v for v in entry["versions"] if f"{v['version']}.".startswith(f"{said}.")]
    for version in reversed(versions or entry["versions"]):
        for name in version["files"]:
            path = base / entry["slug"] / version["version"] / name
            descriptor = json.loads(path.read_bytes()) if path.suffix == ".json" else {}
            if isinstance(descriptor, dict) and "fields" in descriptor:
                ref = SchemaRef(entry["name"], version["version"])
                return Target(descriptor, ref)
    return None


def check(path: Path, chosen: Target) -> Result:
    return check_file(path, name=path.name, target=chosen, options=Options())


def test_no_example_is_a_defect() -> None:
    fallback = Target({"fields": [{"name": "id"}]}, SchemaRef("test/fallback"))

    for key, (path, chosen) in examples().items():
        result = check(path, chosen or fallback)
        report = render_report(result, "fr", path.name)
        assert result.verdict != "failed", key
        assert report.summary, key
        assert all(error.message for error in report.errors), key


def test_the_verdict_is_the_one_that_the_name_promises() -> None:
    explained = set(re.findall(r"^- `(\S+)`", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    surprising = set()
    promised = 0
    for key, (path, chosen) in examples().items():
        name = path.name.lower()
        if chosen is None or not (_BAD.search(name) or "valid" in name.replace("validateur", "")):
            continue
        promised += 1
        expected = "invalid" if _BAD.search(name) else "valid"
        if check(path, chosen).verdict != expected:
            surprising.add(key)

    assert promised >= 60
    assert surprising == explained


@pytest.mark.parametrize(
    ("name", "verdict", "encoding", "delimiter"),
    [
        ("aires-livraison_antibes.csv", None, "utf-8", ","),
        ("arretes-circulation_vence.csv", None, "utf-8", ","),
        ("budget_crach_bp-2022.csv", "invalid", "utf-8", ","),
        ("prenoms_digne-les-bains_2017.csv", "valid", "utf-8", ","),
        ("subventions_dep-haute-garonne.csv", "invalid", "utf-8", ";"),
        ("subventions_dep-lot_2017.csv", "invalid", "windows-1252", ";"),
    ],
)
def test_real_files(name: str, verdict: str | None, encoding: str, delimiter: str) -> None:
    path = reference_dir("real") / name
    slug = {
        "aires": "CEREMA__schema-aire-livraison",
        "arretes": "CEREMA__schema-arrete-circulation-marchandises",
        "budget": "scdl__budget",
        "prenoms": "scdl__prenoms",
        "subventions": "scdl__subventions",
    }[re.split(r"[-_]", name)[0]]
    entry = next(entry for entry in index() if entry["slug"] == slug)
    chosen = target(reference_dir("schemas"), entry, "")
    assert chosen is not None

    result = check(path, chosen)

    assert result.verdict in {"valid", "invalid"}
    assert verdict in {None, result.verdict}
    assert result.file.encoding == encoding
    assert result.file.delimiter == delimiter
