"""The six phases of OpenDataLocale, and which one a territory has reached.

The phases are those that the nine pilot territories of 2016–2017 went through. The method
gives them words, not numbers; the thresholds below are ours, and written here alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

AT_SCALE = 12
"""Datasets from which a territory publishes « by the dozen » (phase 3)."""
SCHEMAS_AT_SCALE = 3
CONFORMITY = 80
"""Mean conformity, of 100, from which files are clear to others (phase 4)."""
DESCRIBED = 0.8
"""Share of datasets with a real description (phase 4)."""


@dataclass(frozen=True)
class PhaseFacts:
    """What is known of a territory. `datasets` are those that are shown, `reachable` those of
    them with a file that answers; `socle` the schemas of the socle commun that a valid file
    follows; `initiatives` how many the operator noted, by phase.
    """

    committed: bool = False
    contact: bool = False
    obligation_known: bool = False
    animator: bool = False
    datasets: int = 0
    reachable: int = 0
    licensed: int = 0
    described: int = 0
    conformity: float | None = None
    socle: frozenset[str] = frozenset()
    published_twice: int = 0
    initiatives: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """One thing that a phase is known by: what there is (`value`), what it takes (`needed`).

    `share`: both are parts of 1, not numbers of things.

    `essential`: without it the phase is not reached; the others complete it.
    """

    code: str
    met: bool
    essential: bool
    value: float | None = None
    needed: float | None = None
    share: bool = False


@dataclass(frozen=True)
class Phase:
    """One phase with its evidence."""

    number: int
    evidence: tuple[Evidence, ...]
    reached: bool


@dataclass(frozen=True)
class Journey:
    """All six phases; `current` is the last one reached without a gap, 0 before the first.

    `next_step` is the first essential thing missing, else what would complete a phase that
    is reached; `None` when nothing is left.
    """

    phases: tuple[Phase, ...]
    current: int
    next_step: tuple[int, Evidence] | None


def journey(facts: PhaseFacts) -> Journey:
    """How far the territory has come."""
    phases: list[Phase] = []
    so_far = True
    for number, evidence in enumerate(_all_evidence(facts), 1):
        so_far = so_far and all(one.met for one in evidence if one.essential)
        phases.append(Phase(number, tuple(evidence), so_far))
    current = sum(phase.reached for phase in phases)
    return Journey(tuple(phases), current, _next_step(phases))


def _next_step(phases: Sequence[Phase]) -> tuple[int, Evidence] | None:
    for essential in (True, False):
        for phase in phases:
            for one in phase.evidence:
                if not one.met and one.essential is essential and (essential or phase.reached):
                    return phase.number, one
    return None


def _all_evidence(facts: PhaseFacts) -> list[list[Evidence]]:
    return [
        _engaged(facts),
        _first_datasets(facts),
        _at_scale(facts),
        _culture(facts),
        _in_use(facts),
        _communicated(facts),
    ]


def _engaged(facts: PhaseFacts) -> list[Evidence]:
    return [
        # Who publishes has committed itself, whatever was written.
        Evidence("committed", facts.committed or facts.datasets > 0, essential=True),
        Evidence("contact-named", facts.contact, essential=False),
        Evidence("legal-basis-known", facts.obligation_known, essential=False),
    ]


def _first_datasets(facts: PhaseFacts) -> list[Evidence]:
    return [
        _number("published", facts.reachable, 1, essential=True),
        _share("licensed", facts.licensed, facts.datasets, 1.0),
    ]


def _at_scale(facts: PhaseFacts) -> list[Evidence]:
    return [
        _number("published-by-the-dozen", facts.datasets, AT_SCALE, essential=True),
        _number("socle-schemas", len(facts.socle), SCHEMAS_AT_SCALE),
        Evidence(
            "helps-others", facts.animator or facts.initiatives.get(3, 0) > 0, essential=False
        ),
    ]


def _culture(facts: PhaseFacts) -> list[Evidence]:
    conformity = facts.conformity or 0.0
    return [
        Evidence(
            "files-clear",
            conformity >= CONFORMITY,
            essential=True,
            value=facts.conformity,
            needed=CONFORMITY,
        ),
        Evidence(
            "nothing-twice",
            facts.published_twice == 0,
            essential=True,
            value=facts.published_twice,
            needed=0,
        ),
        _share("described", facts.described, facts.datasets, DESCRIBED),
        _number("pooling-initiative", facts.initiatives.get(4, 0), 1),
    ]


def _in_use(facts: PhaseFacts) -> list[Evidence]:
    menus = "scdl/menus-collectifs" in facts.socle
    return [
        Evidence("put-to-use", menus or facts.initiatives.get(5, 0) > 0, essential=True),
        Evidence("menus-published", menus, essential=False),
        # The list of products and allergens is what the method names as its example.
        Evidence("dishes-published", "scdl/plats-menus-collectifs" in facts.socle, essential=False),
    ]


def _communicated(facts: PhaseFacts) -> list[Evidence]:
    return [_number("communication-initiative", facts.initiatives.get(6, 0), 1, essential=True)]


def _number(code: str, value: int, needed: int, *, essential: bool = False) -> Evidence:
    return Evidence(code, value >= needed, essential, float(value), float(needed))


def _share(code: str, part: int, whole: int, needed: float) -> Evidence:
    value = part / whole if whole else 0.0
    return Evidence(
        code, whole > 0 and value >= needed, essential=False, value=value, needed=needed, share=True
    )
