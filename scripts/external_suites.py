"""Suites of others, and files of their kinds, through our reader and engine: passed, failed.

csv-spectrum comes from the package registry (kept in `build/peers`). Neither the W3C tests
« CSV on the Web » nor the Pollock files are published as a package: cases of the same kinds
are written in tests/differential. Exits 1 when one fails.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.engines import PEERS
from bench.measure import show
from services.validator.adapters.files import check_file, read_rows
from services.validator.engine.result import SchemaRef
from services.validator.engine.validation import Options, Target
from tests.differential.csvw_kinds import Kind, csvw_kinds
from tests.differential.polluted import Polluted, polluted_files

SPECTRUM = "csv-spectrum@2.0.0"
SET_ASIDE = {
    "location_coordinates": "the suite expects another telephone number than its file holds",
}
_FOLDER = PEERS / "csv-spectrum"


def spectrum_folder() -> Path | None:
    """The unpacked suite; None when it cannot be had."""
    if not (_FOLDER / "package" / "csvs").is_dir():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                ["npm", "pack", "--silent", SPECTRUM],
                cwd=_FOLDER, check=True, capture_output=True, timeout=120,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        with tarfile.open(next(_FOLDER.glob("*.tgz"))) as archive:
            archive.extractall(_FOLDER, filter="data")
    return _FOLDER / "package"


def spectrum_passes(package: Path, name: str) -> bool:
    """Whether the file gives the objects that the suite expects."""
    expected = json.loads((package / "json" / f"{name}.json").read_bytes())
    path = package / "csvs" / f"{name}.csv"
    labels, *rows = read_rows(path, name=path.name, names=frozenset(), limit=10_000)
    return bool([dict(zip(labels, row, strict=True)) for row in rows] == expected)


def polluted_passes(case: Polluted, folder: Path) -> bool:
    """Whether the reader finds the table that was polluted, or refuses what is none."""
    path = folder / "fichier.csv"
    path.write_bytes(case.content)
    found = read_rows(path, name=path.name, names=frozenset(case.labels), limit=10_000)
    if case.rows is None:
        return found == []
    return [tuple(row) for row in found] == [case.labels, *case.rows]


def kind_passes(case: Kind, folder: Path) -> bool:
    """Whether the verdict is the right one."""
    path = folder / "fichier.csv"
    path.write_text(case.content, encoding="utf-8", newline="")
    target = Target(case.descriptor, SchemaRef("csvw"))
    result = check_file(path, name=path.name, target=target, options=Options())
    return result.verdict == ("valid" if case.valid else "invalid")


def _suites(folder: Path) -> Iterator[tuple[str, dict[str, bool]]]:
    package = spectrum_folder()
    if package is None:
        print(f"{SPECTRUM} cannot be had: npm or the registry is absent")
    else:
        names = sorted(path.stem for path in (package / "csvs").glob("*.csv"))
        for name, why in SET_ASIDE.items():
            print(f"set aside in {SPECTRUM}: {name}: {why}")
        yield (
            SPECTRUM,
            {name: spectrum_passes(package, name) for name in names if name not in SET_ASIDE},
        )
    yield (
        "of the kinds of Pollock",
        {case.name: polluted_passes(case, folder) for case in polluted_files()},
    )
    yield "of the kinds of CSVW", {case.name: kind_passes(case, folder) for case in csvw_kinds()}


def main() -> int:
    """Exit code 0 when all pass."""
    lines, failed = [], []
    with tempfile.TemporaryDirectory() as name:
        for suite, results in _suites(Path(name)):
            wrong = [case for case, passed in results.items() if not passed]
            lines.append([suite, str(len(results)), str(len(results) - len(wrong)),
                          str(len(wrong))])  # fmt: skip
            failed += [f"{suite}: {case}" for case in wrong]
    show("External suites", ["suite", "cases", "passed", "failed"], lines)
    for line in failed:
        print(f"failed: {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
