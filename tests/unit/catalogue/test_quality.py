"""The rules of the scores, one by one, and what holds for every dataset."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.catalogue.quality.advice import advise
from services.catalogue.quality.criteria import CRITERIA, MAXIMUM, POSITION, Action, Score
from services.catalogue.quality.facts import QualityFacts, ResourceFacts
from services.catalogue.quality.formats import FILE_TYPES
from services.catalogue.quality.frequencies import PERIODS, WITHOUT_PERIOD
from services.catalogue.quality.mqa import band
from services.catalogue.quality.own import next_change
from services.catalogue.quality.score import Quality, assess, judged

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
GOOD_FILE = ResourceFacts(
    url="https://exemple.fr/a.csv",
    format="csv",
    mime="text/csv",
    size=10,
    description="Les délibérations de l’année.",
    modified=NOW - timedelta(days=3),
    availability="available",
    verdict="valid",
    declared=True,
    schema_name="scdl/deliberations",
    rows=10,
)
COMPLETE = QualityFacts(
    description="d" * 101,
    keywords=("délibérations",),
    themes=("gouvernement",),
    license="odc-odbl",
    frequency="monthly",
    dated=True,
    spatial=True,
    placed=True,
    contact=True,
    issued=NOW - timedelta(days=300),
    modified=NOW - timedelta(days=3),
    first_seen=NOW - timedelta(days=200),
    resources=(GOOD_FILE,),
)


def points(facts: QualityFacts, score: Score) -> int | None:
    return assess(facts, NOW).points(score)


def earned(facts: QualityFacts, code: str) -> int | None:
    return assess(facts, NOW).earned[POSITION[code]]


def with_files(*files: ResourceFacts, **values: object) -> QualityFacts:
    return replace(COMPLETE, resources=files, **values)


def test_maxima_are_those_of_the_methods() -> None:
    assert MAXIMUM == {
        Score.CONFORMITY: 100,
        Score.MQA: 405,
        Score.DATAGOUV: 9,
        Score.FRESHNESS: 100,
        Score.AVAILABILITY: 100,
    }
    dimensions = [
        sum(CRITERIA[POSITION[code]].points for code in codes)
        for codes in (
            ("keywordAvailability", "categoryAvailability", "spatialAvailability",
             "temporalAvailability"),
            ("accessUrlStatusCode", "downloadUrlAvailability", "downloadUrlStatusCode"),
            ("formatAvailability", "mediaTypeAvailability", "formatMediaTypeVocabularyAlignment",
             "formatMediaTypeNonProprietary", "formatMediaTypeMachineInterpretable",
             "dcatApCompliance"),
            ("licenceAvailability", "knownLicence", "accessRightsAvailability",
             "accessRightsVocabularyAlignment", "contactPointAvailability",
             "publisherAvailability"),
            ("rightsAvailability", "byteSizeAvailability", "dateIssuedAvailability",
             "dateModifiedAvailability"),
        )
    ]  # fmt: skip
    assert dimensions == [100, 100, 110, 75, 20]


def test_codes_are_unique_and_every_action_is_of_use() -> None:
    assert len(POSITION) == len(CRITERIA)
    assert {one.action for one in CRITERIA} - {None} == set(Action)


def test_a_complete_dataset_has_all_points_and_nothing_to_do() -> None:
    quality = assess(COMPLETE, NOW)

    assert quality.scores == MAXIMUM
    assert advise(quality.earned) == []


def test_the_licence_of_french_law_costs_ten_points_that_nobody_is_told_to_win() -> None:
    quality = assess(replace(COMPLETE, license="lov2"), NOW)

    assert quality.points(Score.MQA) == 395
    assert quality.points(Score.DATAGOUV) == 9
    assert advise(quality.earned) == []


@pytest.mark.parametrize(
    ("facts", "lost", "action"),
    [
        (
            with_files(replace(GOOD_FILE, schema_name=None), keywords=(), themes=()),
            {Score.MQA: 30},
            Action.ADD_KEYWORDS,
        ),
        (replace(COMPLETE, dated=False), {Score.MQA: 20, Score.DATAGOUV: 1}, Action.SAY_PERIOD),
        (replace(COMPLETE, contact=False), {Score.MQA: 20}, Action.NAME_CONTACT),
        (replace(COMPLETE, license=None), {Score.MQA: 25, Score.DATAGOUV: 1}, Action.SET_LICENSE),
        (
            replace(COMPLETE, license="notspecified"),
            {Score.MQA: 25, Score.DATAGOUV: 1},
            Action.SET_LICENSE,
        ),
        (
            replace(COMPLETE, frequency=None),
            {Score.FRESHNESS: 100, Score.DATAGOUV: 2},
            Action.SAY_FREQUENCY,
        ),
        (
            with_files(replace(GOOD_FILE, declared=False)),
            {Score.CONFORMITY: 30},
            Action.DECLARE_SCHEMA,
        ),
        (
            with_files(replace(GOOD_FILE, verdict="invalid", rows_with_errors=5)),
            {Score.CONFORMITY: 60},
            Action.CORRECT_FILES,
        ),
        (
            with_files(replace(GOOD_FILE, availability="unavailable")),
            {Score.MQA: 80, Score.DATAGOUV: 1, Score.AVAILABILITY: 100},
            Action.REPAIR_LINKS,
        ),
        (
            with_files(replace(GOOD_FILE, format="pdf")),
            {Score.MQA: 40, Score.DATAGOUV: 1},
            Action.OPEN_FORMAT,
        ),
        (with_files(replace(GOOD_FILE, size=None)), {Score.MQA: 5}, Action.SAY_SIZE),
    ],
)
def test_what_is_missing_costs_its_points_and_says_what_to_do(
    facts: QualityFacts, lost: dict[Score, int], action: Action
) -> None:
    advice = {one.action: one for one in advise(assess(facts, NOW).earned)}

    assert dict(advice[action].gains) == lost


def test_the_best_file_decides_on_interoperability_and_the_share_on_links() -> None:
    dead_pdf = replace(GOOD_FILE, format="pdf", availability="unavailable")
    facts = with_files(GOOD_FILE, dead_pdf)

    assert earned(facts, "formatMediaTypeNonProprietary") == 20
    assert earned(facts, "accessUrlStatusCode") == 25
    assert earned(facts, "linksAnswer") == 50


def test_a_link_that_nobody_followed_is_not_called_dead() -> None:
    facts = with_files(replace(GOOD_FILE, availability="unknown"))

    assert points(facts, Score.AVAILABILITY) is None
    assert earned(facts, "accessUrlStatusCode") == 0
    assert earned(facts, "allResourcesAvailable") == 1


def test_a_file_without_a_verdict_is_not_blamed() -> None:
    for verdict in ("pending", "no-schema", "failed", "unavailable"):
        assert points(with_files(replace(GOOD_FILE, verdict=verdict)), Score.CONFORMITY) is None


def test_documentation_is_not_judged_as_data() -> None:
    notice = replace(GOOD_FILE, format="pdf", kind="documentation", verdict="unreadable")

    quality = assess(with_files(GOOD_FILE, notice), NOW)
    assert quality.points(Score.MQA) == 405
    assert quality.points(Score.CONFORMITY) == 100


def test_one_wrong_row_is_never_full_marks() -> None:
    facts = with_files(replace(GOOD_FILE, verdict="invalid", rows=1_000_000, rows_with_errors=1))

    assert earned(facts, "rowsValid") == 19


@pytest.mark.parametrize(
    ("days", "expected", "in_time"),
    [(0, 100, 1), (31, 100, 1), (32, 100, 1), (33, 95, 0), (48, 61, 0), (63, 30, 0), (400, 30, 0)],
)
def test_a_late_dataset_loses_its_points_over_one_period(
    days: int, expected: int, in_time: int
) -> None:
    moment = NOW - timedelta(days=days)
    facts = with_files(replace(GOOD_FILE, modified=moment), modified=moment)

    assert points(facts, Score.FRESHNESS) == expected
    assert earned(facts, "updateFulfilledInTime") == in_time


def test_what_is_never_changed_is_never_late() -> None:
    old = NOW - timedelta(days=4000)
    for frequency in WITHOUT_PERIOD:
        facts = with_files(replace(GOOD_FILE, modified=old), modified=old, frequency=frequency)
        assert points(facts, Score.FRESHNESS) == 100


def test_a_date_in_the_future_is_not_believed() -> None:
    facts = replace(COMPLETE, modified=NOW + timedelta(days=1), resources=())

    assert facts.changed_at(NOW) == COMPLETE.issued


@pytest.mark.parametrize(
    ("number", "name"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (221, "good"), (220, "sufficient"),
     (121, "sufficient"), (120, "bad"), (0, "bad")],
)  # fmt: skip
def test_bands_of_data_europa(number: int, name: str) -> None:
    assert band(number) == name


moments = st.datetimes(datetime(2015, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
files = st.builds(
    ResourceFacts,
    url=st.none() | st.just("https://exemple.fr/x"),
    format=st.none() | st.sampled_from([*FILE_TYPES, "dwg"]),
    mime=st.none() | st.just("text/csv"),
    size=st.none() | st.integers(0, 10),
    kind=st.sampled_from(["main", "documentation", "api", "code", "other"]),
    description=st.none() | st.just("texte"),
    modified=st.none() | moments,
    availability=st.sampled_from(["available", "unavailable", "unknown"]),
    verdict=st.sampled_from(["valid", "invalid", "unreadable", "failed", "unavailable",
                             "no-schema", "pending"]),
    declared=st.booleans(),
    schema_name=st.none() | st.just("scdl/prenoms"),
    rows=st.integers(0, 100),
    rows_with_errors=st.integers(0, 120),
)  # fmt: skip
facts_of_any = st.builds(
    QualityFacts,
    description=st.none() | st.text(max_size=120),
    keywords=st.lists(st.just("mot"), max_size=2),
    themes=st.lists(st.just("thème"), max_size=2),
    license=st.none() | st.sampled_from(["lov2", "odc-odbl", "notspecified"]),
    license_raw=st.none() | st.just("libre"),
    frequency=st.none() | st.sampled_from([*PERIODS, *WITHOUT_PERIOD, "unknown"]),
    dated=st.booleans(),
    spatial=st.booleans(),
    placed=st.booleans(),
    contact=st.booleans(),
    issued=st.none() | moments,
    modified=st.none() | moments,
    first_seen=st.none() | moments,
    resources=st.lists(files, max_size=4),
)


@given(facts_of_any)
def test_points_are_within_bounds_and_advice_explains_all_that_is_missing(
    facts: QualityFacts,
) -> None:
    quality = assess(facts, NOW)
    for one in judged(quality.earned):
        assert one.earned is None or 0 <= one.earned <= one.criterion.points

    advice = advise(quality.earned)
    assert [one.effect for one in advice] == sorted((a.effect for a in advice), reverse=True)
    for score in Score:
        missing = sum(
            one.missing
            for one in judged(quality.earned)
            if one.criterion.score is score and one.criterion.action
        )
        assert sum(one.gains.get(score, 0) for one in advice) == missing


def mend(facts: QualityFacts, action: Action) -> QualityFacts:
    """The dataset after somebody has followed one piece of advice."""

    def files(**values: object) -> QualityFacts:
        beside = {"documentation", "code"}
        beside_data = {Action.CORRECT_FILES, Action.DECLARE_SCHEMA}
        return replace(
            facts,
            resources=[
                one if one.kind in beside and action in beside_data else replace(one, **values)
                for one in facts.resources
            ],
        )  # fmt: skip

    whole: dict[Action, dict[str, object]] = {
        Action.SET_LICENSE: {"license": "odc-odbl"},
        Action.UPDATE_DATA: {"modified": NOW},
        Action.SAY_FREQUENCY: {"frequency": "irregular"},
        Action.ADD_KEYWORDS: {"keywords": ["mot"]},
        Action.CHOOSE_THEME: {"themes": ["gouvernement"]},
        Action.SAY_TERRITORY: {"spatial": True, "placed": True},
        Action.SAY_PERIOD: {"dated": True},
        Action.NAME_CONTACT: {"contact": True},
        Action.SAY_DATES: {"issued": NOW, "modified": NOW},
    }
    if action in whole:
        return replace(facts, **whole[action])
    if action is Action.WRITE_DESCRIPTION:
        return replace(files(url="https://exemple.fr/x"), description="d" * 101)
    each: dict[Action, dict[str, object]] = {
        Action.CORRECT_FILES: {"verdict": "valid", "rows_with_errors": 0},
        Action.DECLARE_SCHEMA: {"declared": True, "schema_name": "scdl/prenoms"},
        Action.REPAIR_LINKS: {"url": "https://exemple.fr/x", "availability": "available"},
        Action.OPEN_FORMAT: {"format": "csv", "mime": "text/csv"},
        Action.SAY_FORMAT: {"format": "csv", "mime": "text/csv"},
        Action.OFFER_DOWNLOAD: {"url": "https://exemple.fr/x", "kind": "main"},
        Action.DESCRIBE_FILES: {"description": "texte"},
        Action.SAY_SIZE: {"size": 1},
    }
    return files(**each[action])


@given(facts_of_any.filter(lambda facts: len(facts.main) > 0))
def test_following_advice_brings_at_least_what_was_promised(facts: QualityFacts) -> None:
    before = assess(facts, NOW)
    for one in advise(before.earned):
        after = assess(mend(facts, one.action), NOW)
        for code in one.criteria:
            place = POSITION[code]
            if code == "downloadUrlStatusCode" and any(f.kind == "api" for f in facts.resources):
                continue  # a service that answers is still no file
            assert after.earned[place] == CRITERIA[place].points, (one.action, code)


@settings(max_examples=400, deadline=None)
@given(facts_of_any)
def test_between_now_and_the_due_moment_no_score_changes(facts: QualityFacts) -> None:
    due = next_change(facts, NOW)
    now = assess(facts, NOW)
    # A date in the future becomes believable when it comes: the next harvest says so.
    ahead = [facts.modified, facts.issued, *(one.modified for one in facts.resources)]
    if any(moment and moment > NOW for moment in ahead):
        return
    later = (due or NOW + timedelta(days=20_000)) - timedelta(seconds=2)
    if later <= NOW:
        return
    assert replace_due(assess(facts, later)) == replace_due(now)


def replace_due(quality: Quality) -> tuple[int | None, ...]:
    return quality.earned
