"""Files of the kinds of known suites: the table found, or the right verdict."""

from pathlib import Path

import pytest

from bench.engines import PEERS
from scripts.external_suites import SET_ASIDE, kind_passes, polluted_passes, spectrum_passes
from tests.differential.csvw_kinds import Kind, csvw_kinds
from tests.differential.polluted import Polluted, polluted_files


@pytest.mark.parametrize("case", polluted_files(), ids=lambda case: case.name)
def test_a_polluted_file_is_read(case: Polluted, tmp_path: Path) -> None:
    assert polluted_passes(case, tmp_path)


@pytest.mark.parametrize("case", csvw_kinds(), ids=lambda case: case.name)
def test_the_verdict_is_that_of_the_web(case: Kind, tmp_path: Path) -> None:
    assert kind_passes(case, tmp_path)


def test_csv_spectrum_is_read() -> None:
    package = PEERS / "csv-spectrum" / "package"
    if not package.is_dir():
        pytest.skip("csv-spectrum is not here: make bench-peers fetches it")
    names = [path.stem for path in sorted((package / "csvs").glob("*.csv"))]

    wrong = [name for name in names if not spectrum_passes(package, name)]
    assert len(names) == 12
    assert wrong == list(SET_ASIDE)
