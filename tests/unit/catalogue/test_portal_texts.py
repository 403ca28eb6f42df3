"""Languages, prose of strangers, groups of errors."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from services.catalogue.api.tables import csv_response
from services.catalogue.models.verdict import VERDICTS
from services.catalogue.models.wording import Language, wording
from services.catalogue.portal.language import language, language_of
from services.catalogue.portal.prose import excerpt, json_for_html, prose, safe_url
from services.catalogue.portal.reports import group_errors
from shared.contracts.report import EngineInfo, Report, ReportError, ReportFile

PORTAL = Path(__file__).parents[3] / "services" / "catalogue" / "portal"


def strings(code: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in (PORTAL / "strings" / code).glob("*.json"):
        found = json.loads(path.read_text("utf-8"))
        assert not found.keys() & texts.keys(), f"{path.name} says again what another file says"
        texts |= found
    return texts


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    french, english = strings("fr"), strings("en")

    assert french.keys() == english.keys()
    for key, text in french.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", english[key])), key


def test_every_text_that_a_template_names_exists() -> None:
    known = strings("fr").keys()
    for template in (PORTAL / "templates").rglob("*.html"):
        text = template.read_text("utf-8")
        for key in re.findall(r"\bt\('([a-z0-9_.-]+)'[,)]", text):
            assert key in known, (template.name, key)
        for key in re.findall(r"\bt\('[a-z0-9_.-]+' if [^)]*? else '([a-z0-9_.-]+)'[,)]", text):
            assert key in known, (template.name, key)
        for key in re.findall(r"lang\.count\('([a-z0-9_.-]+)',", text):
            assert f"{key}.one" in known, (template.name, key)
            assert f"{key}.other" in known, (template.name, key)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_every_verdict_is_named_and_explained(verdict: str) -> None:
    assert {f"verdict.{verdict}", f"verdict.{verdict}.help", f"tally.{verdict}.one"} <= strings(
        "fr"
    ).keys()


@pytest.mark.parametrize("code", ["fr", "en"])
def test_feeds_call_a_verdict_what_the_pages_call_it(code: Language) -> None:
    pages, feeds = language(code), wording(code)

    for verdict in VERDICTS:
        assert feeds[f"verdict.{verdict}"] == pages.text(f"verdict.{verdict}").lower()


def test_numbers_dates_and_sizes_take_the_readers_form() -> None:
    french, english = language("fr"), language("en")

    assert french.number(93397) == "93\u202f397"
    assert english.number(93397) == "93,397"
    assert french.date(date(2026, 3, 1)) == "1er mars 2026"
    assert english.date(date(2026, 3, 1)) == "1 March 2026"
    assert french.size(999) == "999\u00a0octets"
    assert french.size(1_234_000) == "1,2\u00a0Mo"
    assert english.size(48_213) == "48\u00a0kB"
    assert french.count("search.found", 0) == "0 jeu de données"
    assert french.count("search.found", 2) == "2 jeux de données"
    assert english.count("search.found", 0) == "0 datasets"


def test_the_prose_of_others_is_typeset_but_for_what_is_copied() -> None:
    assert excerpt("un : deux") == "un\u00a0: deux"
    assert prose("Deux : « trois »") == "<p>Deux\u00a0: «\u00a0trois\u00a0»</p>\n"
    assert prose("`a ? b : c`") == "<p><code>a ? b : c</code></p>\n"
    assert "<td>" in prose("a | b\n:--- | :---\nc | d")


def test_a_moment_is_given_its_day_in_france() -> None:
    assert language("fr").date(datetime(2026, 7, 1, 23, 0, tzinfo=UTC)) == "2 juillet 2026"


@pytest.mark.parametrize(
    ("query", "header", "code"),
    [
        (b"", "", "fr"),
        (b"", "en-GB,en;q=0.9", "fr"),
        (b"lang=en", "fr", "en"),
        (b"lang=fr", "en", "fr"),
        (b"lang=xx", "en", "fr"),
    ],
)
def test_pages_are_in_french_unless_the_address_asks_for_english(
    query: bytes, header: str, code: str
) -> None:
    scope = {
        "type": "http",
        "query_string": query,
        "headers": [(b"accept-language", header.encode())],
    }

    assert language_of(Request(scope)).code == code


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<p onclick='x'>a</p>",
        "<img src=x onerror=alert(1)>",
        "<a href='data:text/html,x'>a</a>",
        "<style>*{}</style>",
    ],
)
def test_nothing_that_runs_survives_in_a_description(text: str) -> None:
    shown = str(prose(text)).lower()

    assert not re.search(r"<(script|style|img)|<[^>]*(onclick|onerror|javascript:|data:)", shown)


def test_descriptions_are_markdown_or_html() -> None:
    assert "<strong>a</strong>" in prose("**a**\n\n# Titre")
    assert "<h3>Titre</h3>" in prose("# Titre")
    assert prose("<p>un <b>deux</b></p>") == "<p>un deux</p>"


@given(st.text())
def test_every_description_can_be_shown(text: str) -> None:
    prose(text)
    assert len(excerpt(text, 80)) <= 82


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://exemple.fr/a.csv", True),
        ("javascript:alert(1)", False),
        ("//exemple.fr/a", False),
        ("ftp://exemple.fr", False),
        ("http://[bad", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(*, url: str | None, safe: bool) -> None:
    assert (safe_url(url) is not None) == safe


@given(st.text())
def test_json_in_a_page_cannot_close_its_element_and_reads_back(text: str) -> None:
    written = str(json_for_html({"a": text}))

    assert "<" not in written
    assert "&" not in written
    assert json.loads(written) == {"a": text}


def test_a_spreadsheet_runs_no_text_of_strangers() -> None:
    answer = csv_response("x", ("a", "b", "c"), [("=cmd()", "é", None)])

    assert bytes(answer.body).decode("utf-8-sig") == "a,b,c\r\n'=cmd(),é,\r\n"


def report(errors: list[ReportError], by_code: dict[str, int]) -> Report:
    return Report(
        verdict="invalid",
        summary="",
        file=ReportFile(name="a.csv", size=1, sha256="0"),
        errors=errors,
        errors_by_code=by_code,
        engine=EngineInfo(version="1"),
    )


def test_errors_are_grouped_by_kind_and_column_those_of_the_file_first() -> None:
    dates = [
        ReportError(
            code="type-error", title="Date mal écrite", row=i, line=i + 1, field="DATE",
            message="m", hint="a" if i < 9 else "b",
        )
        for i in range(2, 12)
    ]  # fmt: skip
    long, outside = (
        ReportError(code="constraint-error", title=title, row=2, field="TYPE", message="m")
        for title in ("Valeur trop longue", "Valeur hors de la liste")
    )
    missing = ReportError(code="missing-label", title="Colonne manquante", field="A", message="m")

    groups = group_errors(
        report(
            [*dates, long, outside, missing],
            {"type-error": 10, "missing-label": 1, "constraint-error": 2},
        )
    )

    assert [(g.title, g.column, g.count, len(g.examples)) for g in groups] == [
        ("Colonne manquante", "A", 1, 1),
        ("Date mal écrite", "DATE", 10, 3),
        ("Valeur hors de la liste", "TYPE", 1, 1),
        ("Valeur trop longue", "TYPE", 1, 1),
    ]
    assert groups[1].todo == (("a", 3), ("b", 10))


def test_where_the_list_is_cut_the_true_number_is_told() -> None:
    cut = [ReportError(code="type-error", row=2, field="DATE", message="m")]

    assert group_errors(report(cut, {"type-error": 5000}))[0].count == 5000
