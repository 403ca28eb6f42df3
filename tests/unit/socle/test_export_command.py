"""Which document of the API each export is."""

import pytest
import typer

from socle.cli.export import Export, FileFormat, _document


@pytest.mark.parametrize(
    ("what", "name", "asked", "document"),
    [
        (Export.DATASETS, None, None, "datasets.csv"),
        (Export.STATS, None, FileFormat.CSV, "stats.csv"),
        (Export.SERIES, None, None, "stats/series.csv"),
        (Export.CATALOGUE, None, None, "catalog.csv"),
        (Export.DCAT, None, None, "catalog.ttl"),
        (Export.DCAT, None, FileFormat.RDF_XML, "catalog.rdf"),
        (Export.CONSOLIDATED, "scdl/budget", None, "consolidated/scdl/budget.csv"),
        (Export.ROWS, "abc", FileFormat.PARQUET, "resources/abc/table.parquet"),
        (Export.ROWS, "abc", None, "resources/abc/rows.csv"),
    ],
)
def test_each_export_is_a_document_of_the_api(what, name, asked, document):
    assert _document(what, name, asked) == document


@pytest.mark.parametrize(
    ("what", "name", "asked"),
    [(Export.DCAT, None, FileFormat.CSV), (Export.CONSOLIDATED, None, None)],
)
def test_what_cannot_be_is_refused(what, name, asked):
    with pytest.raises(typer.BadParameter):
        _document(what, name, asked)
