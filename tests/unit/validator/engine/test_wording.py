"""What users read: French first, complete, with what was found, expected, and how to mend."""

import string
from typing import Any, get_args

import pytest

from services.validator.engine.findings import Finding
from services.validator.engine.rendering.html import render_html
from services.validator.engine.rendering.report import render_report
from services.validator.engine.rendering.table import render_csv
from services.validator.engine.rendering.text import render_text
from services.validator.engine.result import FileRef, Result, Stats
from services.validator.engine.schema import TYPES
from services.validator.engine.wording.cells import CONSTRAINT_ERRORS, TYPE_ERRORS
from services.validator.engine.wording.render import Lang, catalogue, render
from services.validator.engine.wording.summary import summary
from services.validator.engine.wording.titles import known_codes
from shared.contracts.report import Report
from tests.support.tables import field_errors, validate_bytes

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "DELIB_ID", "constraints": {"required": True}},
        {"name": "DELIB_DATE", "type": "date"},
    ]
}


def plain(text: str | None) -> str:
    return (text or "").replace("\u00a0", " ").replace("\u202f", " ")


def result(rows: int, bad: int, column: str = "DELIB_DATE") -> Result:
    return Result(
        "invalid" if bad else "valid",
        stats=Stats(rows=rows, fields=2, errors=bad, rows_with_errors=bad),
        errors_by_code={"type-error": bad} if bad else {},
        errors_by_field={column: bad} if bad else {},
    )


@pytest.mark.parametrize(
    ("field", "cell", "message", "hint"),
    [
        (
            {"type": "date"},
            "31/12/2023",
            "La valeur « 31/12/2023 » n'est pas une date au format attendu (AAAA-MM-JJ).",
            "Écrivez 2023-12-31.",
        ),
        (
            {"type": "date"},
            "hier",
            "La valeur « hier » n'est pas une date au format attendu (AAAA-MM-JJ).",
            "Écrivez la date ainsi : 2024-03-15.",
        ),
        (
            {"type": "date"},
            "2026-02-31",
            "La valeur « 2026-02-31 » n'est pas une date au format attendu (AAAA-MM-JJ).",
            (
                "Ce jour n'existe pas dans le calendrier : vérifiez-le. "
                "Écrivez la date ainsi : 2024-03-15."
            ),
        ),
        (
            {"constraints": {"pattern": r"^\d{14}$"}},
            "2,194E+13",
            "La valeur « 2,194E+13 » n'a pas la forme attendue : 14 chiffres.",
            (
                "Le tableur a pris ce numéro pour un nombre et des chiffres sont perdus : "
                "mettez la colonne au format texte, puis saisissez le numéro à nouveau."
            ),
        ),
        (
            {"type": "number"},
            "12,5",
            "La valeur « 12,5 » n'est pas un nombre.",
            "Écrivez 12.5.",
        ),
        (
            {"constraints": {"pattern": r"^\d{14}$"}},
            "123",
            "La valeur « 123 » n'a pas la forme attendue : 14 chiffres.",
            "Comparez avec les autres lignes, ou avec la documentation du schéma.",
        ),
        (
            {"constraints": {"enum": ["POUR", "CONTRE"]}},
            "blanc",
            "La valeur « blanc » ne fait pas partie des valeurs autorisées.",
            "Choisissez parmi : POUR ; CONTRE.",
        ),
        (
            {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
            "peut-être",
            "La valeur « peut-être » n'est pas une des valeurs attendues (oui ou non).",
            "Écrivez oui ou non.",
        ),
        (
            {"type": "object"},
            "{cell}",
            "La valeur « {cell} » n'est pas un objet entre accolades (JSON).",
            'Écrivez par exemple {"nom": "valeur"}.',
        ),
    ],
)
def test_a_town_hall_understands(field: dict[str, Any], cell: str, message: str, hint: str) -> None:
    [finding] = field_errors(field, cell)

    said, advice = render(finding, "fr")

    assert (plain(said), plain(advice)) == (message, hint)


@pytest.mark.parametrize(
    ("rows", "bad", "sentence"),
    [
        (1204, 0, "Fichier valide : 1 204 lignes vérifiées, aucune erreur."),
        (1, 0, "Fichier valide : 1 ligne vérifiée, aucune erreur."),
        (
            1204,
            3,
            (
                "Fichier presque valide : 3 lignes sur 1 204 à corriger, toutes dans la colonne"
                " DELIB_DATE."
            ),
        ),
        (
            1204,
            1,
            "Fichier presque valide : 1 ligne sur 1 204 à corriger, dans la colonne DELIB_DATE.",
        ),
        (
            10,
            9,
            "Fichier non valide : 9 lignes sur 10 à corriger, toutes dans la colonne DELIB_DATE.",
        ),
    ],
)
def test_one_sentence_says_what_the_file_is(rows: int, bad: int, sentence: str) -> None:
    assert plain(summary(result(rows, bad), "fr")) == sentence
    assert summary(result(rows, bad), "en") != sentence


def test_structure_is_told_from_content() -> None:
    checked = validate_bytes(b"DELIB_DATE\n2023-12-31\n31/12/2023\n", SCHEMA)

    assert plain(summary(checked, "fr")) == (
        "Fichier non valide : 1 problème de structure, 1 ligne sur 2 à corriger."
    )


def test_every_type_and_constraint_has_its_words() -> None:
    assert set(TYPE_ERRORS) >= TYPES
    assert {"required", "pattern", "enum", "minimum", "maximum"} <= set(CONSTRAINT_ERRORS)


def test_every_wording_has_two_languages_a_title_and_known_facts() -> None:
    for code, reasons in catalogue().items():
        assert code in known_codes(), code
        for reason, by_language in reasons.items():
            assert set(by_language) == set(get_args(Lang)), (code, reason)
            french, english = by_language["fr"], by_language["en"]
            assert french.message != english.message, (code, reason)
            assert french.hint, (code, reason)
            assert names(french.message) == names(english.message), (code, reason)


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_type_error_can_be_said(kind: str) -> None:
    finding = Finding("type-error", kind, cell="x", params={"type": kind, "format": "default"})

    for lang in ("fr", "en"):
        message, hint = render(finding, lang)  # type: ignore[arg-type]
        assert "{" not in message
        assert "default" not in f"{message}{hint}"


def hostile_report() -> Report:
    content = (
        b'DELIB_ID,DELIB_DATE,"<b>titre</b>"\n"<script>alert(1)</script>",\x1b[31m=1+1,x\n,hier,\n'
    )
    return render_report(validate_bytes(content, SCHEMA), "fr", "<i>nom</i>.csv")


def test_the_page_escapes_what_comes_from_the_file() -> None:
    page = render_html(hostile_report(), "fr")

    assert "<script" not in page
    assert "<b>titre" not in page
    assert "<i>nom" not in page
    assert "&lt;i&gt;nom" in page
    assert '<html lang="fr">' in page
    assert "http" not in page.split("</head>")[0].replace("http-equiv", "")
    assert page.index("<h1") < page.index("À corriger")


def test_the_text_has_no_terminal_escapes() -> None:
    text = render_text(hostile_report(), "fr")

    assert "\x1b" not in text
    assert text.splitlines()[0].startswith("Fichier")
    assert "DELIB_DATE" in text


def test_the_csv_has_one_line_per_error_and_no_formula() -> None:
    checked = validate_bytes(b"DELIB_ID,DELIB_DATE\na,=1+1\n,-12\n", SCHEMA)

    lines = render_csv(render_report(checked, "fr", "f.csv")).split("\r\n")

    assert len(lines) == 1 + 3 + 1
    assert ",'=1+1," in lines[1]
    assert ",-12," in lines[3]


def test_a_report_in_english() -> None:
    report = render_report(validate_bytes(b"DELIB_ID,DELIB_DATE\n,x\n", SCHEMA), "en", "f.csv")

    assert report.summary == "Invalid file: 1 row of 1 to correct."
    assert report.errors[0].title == "Missing value"
    assert "To correct" in render_html(report, "en")


def test_a_result_survives_storage() -> None:
    checked = validate_bytes(b"DELIB_ID,DELIB_DATE,autre\n,31/12/2023,\nb,x,\n", SCHEMA)

    assert Result.from_json(checked.to_json()) == checked


def test_a_finding_stored_by_an_older_engine_can_be_said() -> None:
    assert render(Finding("extra-cell", cell="x"), "fr")[0]


def test_an_unreadable_file_has_a_report_too() -> None:
    report = render_report(validate_bytes(b"<html><body>404", SCHEMA), "fr", "f.csv")

    assert report.verdict == "unreadable"
    assert "page web" in report.summary
    assert report.errors_by_code == {"source-error": 1}
    assert report.stats.errors == 1
    assert isinstance(Result("unreadable", file=FileRef()).to_json(), dict)
