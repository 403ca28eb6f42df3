"""The nine criteria of data.gouv.fr, one point each, as udata computes them.

Source: `core/dataset/models.py` of udata (snapshot of August 2026). A known weakness is kept,
so that the number is the one a town sees there: an address nobody has checked passes, one
described file documents all.
"""

from collections.abc import Iterator
from datetime import datetime

from services.catalogue.quality.facts import QualityFacts
from services.catalogue.quality.formats import CLOSED
from services.catalogue.quality.frequencies import GRACE, PERIODS, announced
from services.catalogue.quality.shares import Share, whole

DESCRIPTION_LENGTH = 100
"""Characters beyond which a description counts."""


def datagouv(facts: QualityFacts, now: datetime) -> Iterator[tuple[str, Share]]:
    """Each criterion, met or not."""
    resources = facts.resources
    frequent = announced(facts.frequency)
    yield "license", whole(facts.license not in {None, "", "notspecified"})
    yield "temporalCoverage", whole(facts.dated)
    yield "spatial", whole(facts.spatial)
    yield "updateFrequency", whole(frequent)
    yield "updateFulfilledInTime", whole(frequent and not is_late(facts, now))
    yield (
        "datasetDescriptionQuality",
        whole(len(facts.description or "") > DESCRIPTION_LENGTH),
    )
    yield (
        "hasOpenFormat",
        whole(any(one.format and one.format.lower() not in CLOSED for one in resources)),
    )
    yield (
        "allResourcesAvailable",
        whole(resources and all(one.availability != "unavailable" for one in resources)),
    )
    yield (
        "resourcesDocumentation",
        whole(any(one.kind == "documentation" or one.description for one in resources)),
    )


def is_late(facts: QualityFacts, now: datetime) -> bool:
    """Whether the announced period, and a day of grace, have passed since the last change."""
    period = PERIODS.get(facts.frequency or "")
    changed = facts.changed_at(now)
    return period is not None and changed is not None and now > changed + period + GRACE
