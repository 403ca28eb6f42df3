"""The smallest file of each class of disagreement with Validata: ours, and not as recorded."""

import re
from pathlib import Path

import pytest

from services.validator.adapters.files import check_file
from services.validator.engine.result import SchemaRef
from services.validator.engine.validation import Options, Target
from tests.differential.validata_cases import ValidataCase, validata_cases

DOCUMENT = Path(__file__).parents[2] / "docs" / "engine" / "differences.md"


@pytest.mark.parametrize("case", validata_cases(), ids=lambda case: case.name)
def test_we_differ_as_documented(case: ValidataCase, tmp_path: Path) -> None:
    path = tmp_path / f"fichier{case.suffix}"
    case.write(path)
    target = Target(case.descriptor, SchemaRef("test/validata"))

    result = check_file(path, name=path.name, target=target, options=Options())

    found = {(error.row, error.field, error.code) for error in result.errors}
    assert found == case.ours
    assert case.theirs is None or found != case.theirs


def test_each_is_documented() -> None:
    told = set(
        re.findall(r"^\| `([a-z-]+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    )

    assert {case.name for case in validata_cases()} <= told
