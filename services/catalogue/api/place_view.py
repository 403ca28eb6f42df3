"""A territory as the API tells of it."""

from collections.abc import Mapping

from pydantic import BaseModel

from services.catalogue.api.method_views import StandingView
from services.catalogue.api.schemas import OrganizationView, TerritoryView


class PlaceView(BaseModel):
    """A territory, those around it, and its members with what they publish.

    `standing` says whether the law obliges it, which of the six phases it has reached and
    what comes next; `scores` are the means of what is published on it and below it.
    """

    territory: TerritoryView
    around: list[TerritoryView]
    members: list[OrganizationView]
    datasets: int
    resources: int
    by_verdict: Mapping[str, int]
    standing: StandingView
    scores: Mapping[str, float | None]
