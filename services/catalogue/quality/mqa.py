"""The metadata quality assessment of data.europa.eu: 405 points in five dimensions.

Weights: methodology of data.europa.eu, the same in the code of piveau's reporter and of
ckan-mqa. It judges what a portal *exports* as DCAT, so this reads a dataset as our export
writes it. A property of distributions earns its share of the resources that have it, except
for interoperability, where the methodology counts the best distribution only.
"""

from collections.abc import Iterator

from services.catalogue.models.themes import european_themes
from services.catalogue.quality.facts import QualityFacts, ResourceFacts
from services.catalogue.quality.formats import file_type
from services.catalogue.quality.shares import Share, share, whole

BANDS: tuple[tuple[int, str], ...] = (
    (351, "excellent"),
    (221, "good"),
    (121, "sufficient"),
    (0, "bad"),
)
"""Ratings of data.europa.eu, each from its number of points."""

KNOWN_LICENCES = frozenset({"odc-odbl", "odc-by", "odc-pddl", "cc-by", "cc-by-sa", "cc-zero"})
"""Licences of ours that the EU's licence table has. The Licence Ouverte is missing there."""

NO_LICENCE = "notspecified"
"""Portals' word for having chosen none."""


def band(points: int) -> str:
    """The rating that this many points deserve."""
    return next(name for least, name in BANDS if points >= least)


def has_licence(facts: QualityFacts) -> bool:
    """Whether a licence is stated, be it in words that nobody knows."""
    return facts.license != NO_LICENCE and bool(facts.license or facts.license_raw)


def mqa(facts: QualityFacts) -> Iterator[tuple[str, Share]]:
    """Each indicator with the share that is met."""
    files = list(facts.resources)
    # What words and schemas are about is exported as a theme, and as a keyword, too.
    schemas = [one.schema_name for one in files if one.schema_name]
    stated = any("://" not in theme for theme in facts.themes)
    themed = stated or european_themes((*facts.themes, *facts.keywords), schemas)
    yield "keywordAvailability", whole(facts.keywords or themed)
    yield "categoryAvailability", whole(themed)
    yield "spatialAvailability", whole(facts.placed)
    yield "temporalAvailability", whole(facts.dated)
    yield "accessUrlStatusCode", share(files, _answers)
    yield "downloadUrlAvailability", share(files, _downloadable)
    yield "downloadUrlStatusCode", share(files, lambda one: _downloadable(one) and _answers(one))
    yield from _best_interoperability(files)
    # Our export fills in what the profile demands; its tests validate it by the shapes.
    yield "dcatApCompliance", whole(met=True)
    licensed = whole(files and has_licence(facts))
    yield "licenceAvailability", licensed
    yield "knownLicence", whole(files and facts.license in KNOWN_LICENCES)
    # What is harvested is public, and its organisation is known: the export says so.
    yield "accessRightsAvailability", whole(met=True)
    yield "accessRightsVocabularyAlignment", whole(met=True)
    yield "contactPointAvailability", whole(facts.contact)
    yield "publisherAvailability", whole(met=True)
    yield "rightsAvailability", licensed
    yield "byteSizeAvailability", share(files, lambda one: one.size is not None)
    yield "dateIssuedAvailability", whole(facts.issued)
    yield "dateModifiedAvailability", whole(facts.modified)


def _answers(one: ResourceFacts) -> bool:
    return one.url is not None and one.availability == "available"


def _downloadable(one: ResourceFacts) -> bool:
    return one.url is not None and one.kind != "api"


_INTEROPERABILITY = (
    ("formatAvailability", 20),
    ("mediaTypeAvailability", 10),
    ("formatMediaTypeVocabularyAlignment", 10),
    ("formatMediaTypeNonProprietary", 20),
    ("formatMediaTypeMachineInterpretable", 20),
)


def _best_interoperability(files: list[ResourceFacts]) -> Iterator[tuple[str, Share]]:
    best = max(
        (_interoperability(one) for one in files),
        key=lambda met: sum(
            points for (_, points), one in zip(_INTEROPERABILITY, met, strict=True) if one
        ),
        default=(False,) * len(_INTEROPERABILITY),
    )
    for (code, _), met in zip(_INTEROPERABILITY, best, strict=True):
        yield code, whole(met)


def _interoperability(one: ResourceFacts) -> tuple[bool, ...]:
    known = file_type(one.format)
    return (
        bool(one.format),
        bool((one.mime and "/" in one.mime) or (known and known.media_type)),
        known is not None,
        known is not None and known.open,
        known is not None and known.machine,
    )
