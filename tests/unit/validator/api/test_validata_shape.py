from datetime import UTC, datetime

import pytest

from services.validator.api.validata_shape import ValidataRequest, envelope, validata_report
from shared.contracts.report import (
    EngineInfo,
    Report,
    ReportError,
    ReportFile,
    ReportStats,
)

REQUEST = ValidataRequest("https://s.fr/x.json", "https://v.fr/a.csv", True, False)


def report(*errors: ReportError, warnings: tuple[ReportError, ...] = ()) -> Report:
    return Report(
        verdict="invalid" if errors else "valid",
        summary="",
        file=ReportFile(name="a.csv", size=1, sha256="0" * 64),
        stats=ReportStats(rows=7, fields=3, errors=len(errors), seconds=0.5),
        errors=list(errors),
        warnings=list(warnings),
        engine=EngineInfo(version="1"),
    )


def shaped(code: str, reason: str = "") -> dict:
    error = ReportError(code=code, row=4, line=4, field="nom", column=2, cell="x", message="Non.")
    return validata_report(report(error), [reason])["errors"][0]


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 1, 5, 12, tzinfo=UTC), "2026-01-05T13:00:00+01:00"),
        (datetime(2026, 7, 5, 12, tzinfo=UTC), "2026-07-05T14:00:00+02:00"),
    ],
)
def test_the_date_is_that_of_paris(moment, said):
    assert envelope(REQUEST, version="1", now=moment)["date"] == said


def test_options_are_texts():
    options = envelope(REQUEST, version="1", now=datetime.now(UTC))["options"]
    assert options == {"ignore_header_case": "true", "include_resource_data": "false"}


@pytest.mark.parametrize(
    ("code", "reason", "title"),
    [
        ("type-error", "date", "Format de date incorrect"),
        ("type-error", "duration", "Format incorrect"),
        ("constraint-error", "required", "Valeur manquante"),
        ("constraint-error", "minimum", "Valeur trop petite"),
        ("constraint-error", "array-item", "Valeur incorrecte"),
        ("unique-error", "", "Valeur dupliquée"),
        ("compare-columns-value", "", "Valeur incorrecte"),
    ],
)
def test_errors_of_cells_have_a_title_and_their_place(code, reason, title):
    error = shaped(code, reason)
    assert (error["title"], error["type"]) == (title, code)
    assert error["tags"] == ["#table", "#row", "#cell"]
    assert (error["rowNumber"], error["fieldName"], error["fieldNumber"]) == (4, "nom", 2)
    assert error["cell"] == "x"


def test_checks_of_formats_share_one_type():
    assert shaped("french-siret-value")["type"] == "custom-check-error"


def test_errors_of_rows_have_no_field():
    error = shaped("blank-row")
    assert error["rowNumber"] == 4
    assert not {"fieldName", "cell"} & set(error)


def test_errors_of_labels_have_no_row():
    error = shaped("missing-label")
    assert error["fieldName"] == "nom"
    assert not {"rowNumber", "cell"} & set(error)


def test_warnings_are_sentences_and_counted():
    body = validata_report(report(warnings=(ReportError(code="x", message="Tiens."),)), [])
    assert body["valid"] is True
    assert body["warnings"] == ["Tiens."]
    assert body["stats"]["warnings"] == 1


def test_reasons_may_be_fewer_than_errors():
    error = ReportError(code="source-error", message="Non.")
    assert validata_report(report(error), [])["errors"][0]["type"] == "source-error"
