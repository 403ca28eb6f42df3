"""Whether the law obliges a body to open its data, and why.

Code des relations entre le public et l'administration (CRPA), article L312-1-1: documents are
published by default, except by bodies whose agents are fewer than a threshold – 50 in full-time
equivalents by article D312-1-1-1 (décret n° 2016-1922) – and by collectivités territoriales of
fewer than 3,500 inhabitants. Both conditions must therefore be met (CADA, conseil 20192116).
In force for them since 7 October 2018, two years after the law n° 2016-1321.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

INHABITANTS = 3_500
AGENTS = 50
IN_FORCE = date(2018, 10, 7)

_CODE = "https://www.legifrance.gouv.fr/codes/id/LEGITEXT000031366350"
REFERENCES: tuple[tuple[str, str], ...] = (
    ("Code des relations entre le public et l’administration, art. L312-1-1", _CODE),
    ("Code des relations entre le public et l’administration, art. D312-1-1-1", _CODE),
    (
        "Loi n° 2016-1321 du 7 octobre 2016 pour une République numérique",
        "https://www.legifrance.gouv.fr/loda/id/JORFTEXT000033202746",
    ),
)


class Status(StrEnum):
    """What can be said today."""

    OBLIGED = "obliged"
    NOT_OBLIGED = "not-obliged"
    TO_CONFIRM = "to-confirm"


class Reason(StrEnum):
    """Which condition decided."""

    BOTH_MET = "both-met"  # inhabitants and agents
    AGENTS_MET = "agents-met"  # no condition on inhabitants
    LARGE_BY_NATURE = "large-by-nature"  # départements and régions
    FEW_INHABITANTS = "few-inhabitants"
    FEW_AGENTS = "few-agents"
    AGENTS_UNKNOWN = "agents-unknown"
    INHABITANTS_UNKNOWN = "inhabitants-unknown"


COLLECTIVITES = frozenset({"commune", "departement", "region"})
"""Collectivités territoriales: the threshold of inhabitants is theirs. EPCI, EPT, syndicates
and other bodies only have that of agents; this reading of the law is ours."""

_LARGE = frozenset({"departement", "region"})


@dataclass(frozen=True)
class Obligation:
    """The answer with what it is drawn from. `inferred`: the rule is our reading of the law,
    not its words. `since` is when the obligation began, for those it concerns.
    """

    status: Status
    reason: Reason
    population: int | None
    staff_fte: int | None
    staff_on: date | None
    inferred: bool

    @property
    def since(self) -> date | None:
        """The day from which the body is obliged."""
        return IN_FORCE if self.status is Status.OBLIGED else None


def obligation(
    kind: str, population: int | None, staff_fte: int | None, staff_on: date | None = None
) -> Obligation:
    """What the law asks of a body of that kind.

    The number of agents is in no open list: without it the answer is « to be confirmed »,
    except where the inhabitants alone exempt, and for départements and régions, which all
    have many more agents than fifty.
    """
    status, reason = _judged(kind, population, staff_fte)
    return Obligation(
        status=status,
        reason=reason,
        population=population,
        staff_fte=staff_fte,
        staff_on=staff_on,
        inferred=kind not in COLLECTIVITES,
    )


def _judged(kind: str, population: int | None, staff_fte: int | None) -> tuple[Status, Reason]:
    large = kind in _LARGE
    inhabitants_count = kind in COLLECTIVITES and not large
    if inhabitants_count and population is not None and population < INHABITANTS:
        return Status.NOT_OBLIGED, Reason.FEW_INHABITANTS
    if staff_fte is None:
        if large:
            return Status.OBLIGED, Reason.LARGE_BY_NATURE
        return Status.TO_CONFIRM, Reason.AGENTS_UNKNOWN
    if staff_fte < AGENTS:
        return Status.NOT_OBLIGED, Reason.FEW_AGENTS
    if inhabitants_count and population is None:
        return Status.TO_CONFIRM, Reason.INHABITANTS_UNKNOWN
    return Status.OBLIGED, Reason.BOTH_MET if kind in COLLECTIVITES else Reason.AGENTS_MET
