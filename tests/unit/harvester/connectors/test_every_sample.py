"""No sample answer of a portal is left out: each is read, or refused with the reason."""

from pathlib import Path

import pytest

from services.harvester.connectors.scdl_catalogue.table import read_table
from services.harvester.errors import PortalRefusedError
from tests.support.reference import reference_dir

HERE = Path(__file__).parent
REFUSED = ("udata/catalog.csv", "udata/test_datasets_catalog.csv")
"""Catalogues of data.gouv.fr as CSV: its API says more, and the columns are not the SCDL's."""


def test_every_sample_is_named_by_a_test_that_reads_it() -> None:
    read = "\n".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    samples = [
        path
        for path in reference_dir("portals").rglob("*")
        if path.is_file() and path.suffix != ".md"
    ]

    assert len(samples) > 40
    assert [path.name for path in samples if path.name not in read] == []


@pytest.mark.parametrize("sample", REFUSED)
def test_a_catalogue_with_other_columns_is_refused_with_those_expected(sample: str) -> None:
    body = (reference_dir("portals") / sample).read_bytes()

    with pytest.raises(PortalRefusedError, match=r"n'est pas un catalogue du SCDL.*ID, TITRE"):
        read_table(body, f"https://www.data.gouv.fr/{sample}")
