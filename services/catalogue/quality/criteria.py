"""The criteria, in one order, with their points and what to do where they are not met."""

from dataclasses import dataclass
from enum import StrEnum


class Score(StrEnum):
    """The five scores of a dataset; `MAXIMUM` says what each is out of."""

    CONFORMITY = "conformity"
    MQA = "mqa"
    DATAGOUV = "datagouv"
    FRESHNESS = "freshness"
    AVAILABILITY = "availability"


class Action(StrEnum):
    """What raises a score. Each criterion asks for one, or nobody can do anything about it."""

    CORRECT_FILES = "correct-files"
    DECLARE_SCHEMA = "declare-schema"
    REPAIR_LINKS = "repair-links"
    SET_LICENSE = "set-license"
    UPDATE_DATA = "update-data"
    SAY_FREQUENCY = "say-frequency"
    ADD_KEYWORDS = "add-keywords"
    CHOOSE_THEME = "choose-theme"
    SAY_TERRITORY = "say-territory"
    SAY_PERIOD = "say-period"
    WRITE_DESCRIPTION = "write-description"
    NAME_CONTACT = "name-contact"
    OPEN_FORMAT = "open-format"
    SAY_FORMAT = "say-format"
    OFFER_DOWNLOAD = "offer-download"
    DESCRIBE_FILES = "describe-files"
    SAY_DATES = "say-dates"
    SAY_SIZE = "say-size"


@dataclass(frozen=True, slots=True)
class Criterion:
    """`code` is unique; of the MQA it is data.europa.eu's own name of the indicator."""

    code: str
    score: Score
    points: int
    action: Action | None


def _of(score: Score, *lines: tuple[str, int, Action | None]) -> tuple[Criterion, ...]:
    return tuple(Criterion(code, score, points, action) for code, points, action in lines)


CRITERIA: tuple[Criterion, ...] = (
    *_of(
        Score.CONFORMITY,
        ("schemaDeclared", 30, Action.DECLARE_SCHEMA),
        ("filesValid", 50, Action.CORRECT_FILES),
        ("rowsValid", 20, Action.CORRECT_FILES),
    ),
    *_of(
        Score.MQA,
        ("keywordAvailability", 30, Action.ADD_KEYWORDS),
        ("categoryAvailability", 30, Action.CHOOSE_THEME),
        ("spatialAvailability", 20, Action.SAY_TERRITORY),
        ("temporalAvailability", 20, Action.SAY_PERIOD),
        ("accessUrlStatusCode", 50, Action.REPAIR_LINKS),
        ("downloadUrlAvailability", 20, Action.OFFER_DOWNLOAD),
        ("downloadUrlStatusCode", 30, Action.REPAIR_LINKS),
        ("formatAvailability", 20, Action.SAY_FORMAT),
        ("mediaTypeAvailability", 10, Action.SAY_FORMAT),
        ("formatMediaTypeVocabularyAlignment", 10, Action.SAY_FORMAT),
        ("formatMediaTypeNonProprietary", 20, Action.OPEN_FORMAT),
        ("formatMediaTypeMachineInterpretable", 20, Action.OPEN_FORMAT),
        ("dcatApCompliance", 30, None),
        ("licenceAvailability", 20, Action.SET_LICENSE),
        # Licence Ouverte, which French law asks for, is not in the European list: see
        # `mqa`. Nobody should be told to leave it.
        ("knownLicence", 10, None),
        ("accessRightsAvailability", 10, None),
        ("accessRightsVocabularyAlignment", 5, None),
        ("contactPointAvailability", 20, Action.NAME_CONTACT),
        ("publisherAvailability", 10, None),
        ("rightsAvailability", 5, Action.SET_LICENSE),
        ("byteSizeAvailability", 5, Action.SAY_SIZE),
        ("dateIssuedAvailability", 5, Action.SAY_DATES),
        ("dateModifiedAvailability", 5, Action.SAY_DATES),
    ),
    *_of(
        Score.DATAGOUV,
        ("license", 1, Action.SET_LICENSE),
        ("temporalCoverage", 1, Action.SAY_PERIOD),
        ("spatial", 1, Action.SAY_TERRITORY),
        ("updateFrequency", 1, Action.SAY_FREQUENCY),
        ("updateFulfilledInTime", 1, Action.UPDATE_DATA),
        ("datasetDescriptionQuality", 1, Action.WRITE_DESCRIPTION),
        ("hasOpenFormat", 1, Action.OPEN_FORMAT),
        ("allResourcesAvailable", 1, Action.REPAIR_LINKS),
        ("resourcesDocumentation", 1, Action.DESCRIBE_FILES),
    ),
    *_of(
        Score.FRESHNESS,
        ("frequencyAnnounced", 30, Action.SAY_FREQUENCY),
        ("updatedInTime", 70, Action.UPDATE_DATA),
    ),
    *_of(Score.AVAILABILITY, ("linksAnswer", 100, Action.REPAIR_LINKS)),
)

MAXIMUM: dict[Score, int] = {
    score: sum(one.points for one in CRITERIA if one.score is score) for score in Score
}
POSITION: dict[str, int] = {one.code: place for place, one in enumerate(CRITERIA)}

_SCORES = [one.score for one in CRITERIA]
SPAN: dict[Score, slice] = {
    score: slice(_SCORES.index(score), _SCORES.index(score) + _SCORES.count(score))
    for score in Score
}
"""Where the criteria of a score stand: they follow one another."""

RULES_VERSION = 1
"""Raised with any change of a rule: what was scored by older rules is scored again."""
