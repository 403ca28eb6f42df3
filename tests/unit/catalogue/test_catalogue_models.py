"""Pure decisions of the catalogue: words, territories, verdicts, history."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalogue.models.dataset import fingerprint, fresh_at, what_is_said
from services.catalogue.models.history import Line, enter
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.territory import (
    WHOLE_COUNTRY,
    Clues,
    Territory,
    TerritoryReason,
    decide_coverage,
    zone_code,
)
from services.catalogue.models.text import MAX_WORDS, parse_query, plain
from services.catalogue.models.verdict import VERDICTS, resource_verdict, validity
from shared.access.models import Organization
from shared.contracts.catalogue import DatasetUpsert, ResourceUpsert

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Bœuf & ÉCOLE, à l'été", "boeuf ecole a l ete"),
        ("Boissy-St-Léger", "boissy saint leger"),
        ("Ste-Geneviève", "sainte genevieve"),
        ("éèêëàâçôîïûùü œuf l’ÿ ñø ł straße \ufb01n", "eeeeaacoiiuuu oeuf l y no l strasse fin"),
        ("2A004", "2a004"),
        ("\x00 « »\u00a0–", ""),
        (None, ""),
    ],
)
def test_text_is_compared_without_accents_and_punctuation(
    given_text: str | None, expected: str
) -> None:
    assert plain(given_text) == expected


@given(st.text())
def test_plain_text_is_made_of_letters_and_digits_and_stays_as_it_is(text: str) -> None:
    once = plain(text)

    assert all(c.isascii() and (c.isalnum() or c == " ") for c in once)
    assert plain(once) == once


@given(st.text(max_size=200))
def test_every_text_is_a_query(text: str) -> None:
    terms = parse_query(text)

    assert len(terms) <= MAX_WORDS
    assert all(word.isalnum() and word.isascii() for term in terms for word in term.words)


def test_a_query_has_words_phrases_and_exclusions() -> None:
    terms = parse_query('les délibérations "conseil municipal" -budget créteil')

    assert [(t.words, t.excluded, t.partial) for t in terms] == [
        (("deliberations",), False, False),
        (("conseil", "municipal"), False, False),
        (("budget",), True, False),
        (("creteil",), False, True),
    ]


def test_words_without_meaning_count_when_there_are_no_others() -> None:
    assert [term.words for term in parse_query("le la")] == [("le",), ("la",)]
    assert [term.words for term in parse_query("le budget")] == [("budget",)]


def test_a_word_followed_by_a_space_is_complete() -> None:
    assert not parse_query("budget ")[0].partial


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("fr:commune:94028", "94028"),
        ("fr:commune:75056@1943-01-01", "75056"),
        ("fr/town/75056", "75056"),
        ("fr:departement:2A", "2A"),
        ("fr/county/94", "94"),
        ("fr:region:11", "R11"),
        ("fr:epci:200054781", "200054781"),
        ("http://id.insee.fr/geo/commune/94028", "94028"),
        ("country:fr", WHOLE_COUNTRY),
        ("fr:country:fr", WHOLE_COUNTRY),
        ("94028", "94028"),
        ("2A004", "2A004"),
        ("R11", "R11"),
        ("974", "974"),
        ("fr:canton:9402", None),
        ("Créteil", None),
        ("", None),
    ],
)
def test_zones_are_read_in_all_their_forms(zone: str, code: str | None) -> None:
    assert zone_code(zone) == code


def place(code: str, *around: str, kind: str = "commune") -> Territory:
    return Territory(code, kind, code, path=(code, *around))


PLACES = {
    "94028": place("94028", "200058006", "94", "R11"),
    "94044": place("94044", "200058006", "94", "R11"),
    "94052": place("94052", "200057941", "94", "R11"),
    "35238": place("35238", "35", "R53"),
    "200058006": place("200058006", "94", "R11", kind="ept"),
    "94": place("94", "R11", kind="departement"),
}


@pytest.mark.parametrize(
    ("zones", "own", "code", "reason"),
    [
        (["fr:commune:94044"], "94028", "94044", TerritoryReason.ZONE),
        (["fr:commune:94044", "94044"], "94028", "94044", TerritoryReason.ZONE),
        (["94028", "94044"], None, "200058006", TerritoryReason.SHARED_BY_ZONES),
        (["94028", "94052"], None, "94", TerritoryReason.SHARED_BY_ZONES),
        (["94028", "fr:departement:94"], None, "94", TerritoryReason.SHARED_BY_ZONES),
        (["94028", "35238"], "94028", None, TerritoryReason.WIDER),
        (["country:fr"], "94028", None, TerritoryReason.WIDER),
        ([], "94028", "94028", TerritoryReason.ORGANIZATION),
        (["fr:canton:1", "99999"], "94028", "94028", TerritoryReason.ORGANIZATION),
        ([], None, None, TerritoryReason.UNKNOWN),
    ],
)
def test_the_territory_of_a_dataset_is_that_of_its_zones_else_its_organisations(
    zones: list[str], own: str | None, code: str | None, reason: TerritoryReason
) -> None:
    coverage = decide_coverage(Clues(zones=tuple(zones), organization_code=own), PLACES.get)

    assert (coverage.territory.code if coverage.territory else None, coverage.reason) == (
        code,
        reason,
    )


@pytest.mark.parametrize(
    ("availability", "known", "requested", "verdict"),
    [
        ("unavailable", "valid", True, "unavailable"),
        ("available", "invalid", True, "invalid"),
        ("available", None, True, "pending"),
        ("available", None, False, "no-schema"),
        ("unknown", None, False, "no-schema"),
    ],
)
def test_a_resource_has_one_verdict(
    *, availability: str, known: str | None, requested: bool, verdict: str
) -> None:
    assert (
        resource_verdict(availability=availability, known=known, validation_requested=requested)
        == verdict
    )


@given(st.dictionaries(st.sampled_from(VERDICTS), st.integers(0, 50)))
def test_validity_is_a_share_of_the_judged(counts: dict[str, int]) -> None:
    share = validity(counts)

    assert share is None or 0 <= share <= 1
    more_pending = {**counts, "pending": 99, "no-schema": 99}
    assert validity(more_pending) == share


def line(at: int, says: str, text: str = "v1") -> Line:
    moment = NOW + timedelta(hours=at)
    return Line(
        id=None,
        report_id=UUID(int=at),
        content_sha256=text,
        verdict=says,
        summary=says,
        schema_name=None,
        schema_version=None,
        detected=False,
        rows=0,
        errors=0,
        rows_with_errors=0,
        engine_version="1",
        first_seen_at=moment,
        checked_at=moment,
    )


def replay(checks: list[Line]) -> list[Line]:
    lines: list[Line] = []
    for number, check in enumerate(checks):
        change = enter(lines, check)
        if change is None:
            continue
        kind, new = change
        if kind == "insert":
            new = Line(**{**vars(new), "id": number})
        lines = [known for known in lines if known.id != new.id] + [new]
        lines.sort(key=lambda known: (known.first_seen_at, known.id))
    return lines


def said(lines: list[Line]) -> list[tuple[str, str]]:
    return [(known.content_sha256, known.verdict) for known in lines]


@given(st.lists(st.tuples(st.sampled_from("vi"), st.sampled_from("ab")), max_size=12))
def test_the_history_has_one_line_per_change(told: list[tuple[str, str]]) -> None:
    checks = [line(at, verdict, text) for at, (verdict, text) in enumerate(told)]

    lines = replay(checks)

    changes = [pair for at, pair in enumerate(told) if at == 0 or pair != told[at - 1]]
    assert said(lines) == [(text, verdict) for verdict, text in changes]


@given(
    st.lists(st.tuples(st.sampled_from("vi"), st.sampled_from("ab")), max_size=10),
    st.randoms(use_true_random=False),
)
def test_messages_that_come_again_add_nothing(
    told: list[tuple[str, str]], chance: random.Random
) -> None:
    checks = [line(at, verdict, text) for at, (verdict, text) in enumerate(told)]
    again = [*checks, *chance.sample(checks, len(checks))]

    assert said(replay(again)) == said(replay(checks))


def test_a_verdict_told_late_takes_its_place_in_time() -> None:
    lines = replay([line(0, "i", "a"), line(9, "v", "c"), line(5, "i", "b")])

    assert said(lines) == [("a", "i"), ("b", "i"), ("c", "v")]


def message(**values: object) -> DatasetUpsert:
    given_values = {
        "id": UUID(int=1),
        "organization_id": UUID(int=2),
        "revision": NOW,
        "remote_id": "1",
        "title": "t",
    }
    return DatasetUpsert.model_validate({**given_values, **values})


def test_when_a_dataset_was_told_does_not_change_what_was_told() -> None:
    def told(at: datetime, title: str = "t") -> DatasetUpsert:
        resource = ResourceUpsert(id=UUID(int=3), remote_id="r", checked_at=at)
        return message(revision=at, resources=[resource], title=title)

    later = NOW + timedelta(days=1)
    assert what_is_said(told(NOW)) == what_is_said(told(later))
    assert what_is_said(told(NOW)) != what_is_said(told(NOW, "other"))


def test_a_new_name_of_its_owner_changes_what_is_made_of_a_dataset() -> None:
    owner = Organization(id=UUID(int=2), name="Créteil")

    marks = {fingerprint(b"said", replace(owner, name=name)) for name in ("Créteil", "Cachan")}

    assert len(marks) == 2
    assert fingerprint(b"said", owner) in marks


def test_a_date_in_the_future_is_not_believed() -> None:
    issued = NOW - timedelta(days=9)
    future = NOW + timedelta(days=9)

    assert fresh_at(message(modified=future, issued=issued), NOW) == issued
    assert fresh_at(message(modified=future), NOW) == NOW
    assert fresh_at(message(modified=issued), NOW) == issued


def test_schemas_have_french_names() -> None:
    assert schema_label("scdl/deliberations") == "Délibérations"
    assert schema_label("scdl/deliberations", "en") == "Council decisions"
    assert schema_label("someone/schema-aire_de-jeu") == "Aire de jeu"
