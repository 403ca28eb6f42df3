"""Shapes of the answers about the method: obligation, phases, declarations, sharing."""

from datetime import date
from statistics import median
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.catalogue.api.schemas import Named
from services.catalogue.models.declaration import Initiative
from services.catalogue.models.mutualisation import Example, SharedDataset
from services.catalogue.models.obligation import REFERENCES
from services.catalogue.models.phases import Evidence
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.wording import Language, wording
from services.catalogue.operations.read_method import Standing
from services.catalogue.operations.read_mutualisation import Mutualisation
from shared.access.models import Role

_REGISTER = "https://schema.data.gouv.fr"


class ReferenceView(BaseModel):
    """A text of law."""

    title: str
    url: str


class ObligationView(BaseModel):
    """Whether the law obliges the body, why, since when. `inferred`: our reading of the law."""

    status: str
    label: str
    reason: str
    explanation: str
    since: date | None
    population: int | None
    staff_fte: int | None
    staff_on: date | None
    inferred: bool
    caution: str | None
    references: list[ReferenceView]


class EvidenceView(BaseModel):
    """One thing a phase is known by; `step` says what to do where it is not met.

    `share`: `value` and `needed` are parts of 1, else numbers of things.
    """

    code: str
    label: str
    met: bool
    essential: bool
    value: float | None
    needed: float | None
    share: bool
    step: str


class PhaseView(BaseModel):
    """One of the six phases."""

    number: int
    title: str
    reached: bool
    evidence: list[EvidenceView]


class StepView(BaseModel):
    """What to do next."""

    phase: int
    code: str
    step: str


class InitiativeView(BaseModel):
    """Something a member did for a phase."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    phase: int
    title: str
    url: str | None
    on_day: date


class StandingView(BaseModel):
    """Where a body stands: obligation, phase (0 to 6) with evidence, next step, roles."""

    organization: Named | None
    territory: Named | None
    roles: list[Named]
    obligation: ObligationView
    phase: int
    phase_title: str
    phases: list[PhaseView]
    next_step: StepView | None
    datasets: int
    conformity: float | None
    mqa: float | None
    committed_on: date | None
    commitment_url: str | None
    contact_name: str | None
    contact_email: str | None
    initiatives: list[InitiativeView]


class DeclarationChange(BaseModel):
    """What the operator says of a member; a field that is not sent stays as it is."""

    model_config = ConfigDict(extra="forbid")

    staff_fte: int | None = Field(default=None, ge=0, le=1_000_000)
    staff_on: date | None = None
    committed_on: date | None = None
    commitment_url: str | None = Field(default=None, max_length=2000, pattern="^https?://")
    contact_name: str | None = Field(default=None, max_length=300)
    contact_email: str | None = Field(default=None, max_length=300, pattern=r"^[^@\s]+@[^@\s]+$")


class NewInitiative(BaseModel):
    """Something a member did for a phase."""

    model_config = ConfigDict(extra="forbid")

    phase: int = Field(ge=1, le=6)
    title: str = Field(min_length=1, max_length=300)
    url: str | None = Field(default=None, max_length=2000, pattern="^https?://")
    on_day: date


class Roles(BaseModel):
    """The parts a member plays."""

    model_config = ConfigDict(extra="forbid")

    roles: list[Role]


class SharedDatasetView(BaseModel):
    """A dataset that is compared."""

    id: UUID
    title: str
    organization: Named
    territory: str
    url: str
    fictitious: bool


class TwiceView(BaseModel):
    """The same schema for the same place by two bodies."""

    schema_: str = Field(serialization_alias="schema")
    label: str
    smaller: SharedDatasetView
    larger: SharedDatasetView


class ExampleView(BaseModel):
    """A valid file of a neighbour."""

    resource_id: UUID
    dataset: Named
    organization: Named
    territory: str
    url: str | None
    page: str
    rows: int
    fictitious: bool


class LackingView(BaseModel):
    """What neighbours publish and this town does not."""

    schema_: str = Field(serialization_alias="schema")
    label: str
    schema_url: str
    neighbours: list[str]
    example: ExampleView


class FigureView(BaseModel):
    """A figure of the territory beside the median of its neighbours."""

    own: float | None
    median: float | None


class MutualisationView(BaseModel):
    """What could be shared, and with whom the territory was compared."""

    territory: Named
    comparison: dict[str, FigureView]
    published_twice: list[TwiceView]
    compared_with: list[Named]
    published_by_neighbours: list[LackingView]


def standing_view(standing: Standing, language: Language) -> StandingView:
    """Where a body stands, in the reader's language."""
    words = wording(language)
    owner, place, said = standing.organization, standing.territory, standing.declaration
    step = standing.journey.next_step
    return StandingView(
        organization=Named(id=str(owner.id), name=owner.name) if owner else None,
        territory=Named(id=place.code, name=place.name) if place else None,
        roles=[
            Named(id=role.value, name=words[f"role.{role.value}"])
            for role in (owner.roles if owner else ())
        ],
        obligation=_obligation(standing, language),
        phase=standing.journey.current,
        phase_title=words[f"phase.{standing.journey.current}"],
        phases=[
            PhaseView(
                number=phase.number,
                title=words[f"phase.{phase.number}"],
                reached=phase.reached,
                evidence=[_evidence(one, language) for one in phase.evidence],
            )
            for phase in standing.journey.phases
        ],
        next_step=(
            StepView(phase=step[0], code=step[1].code, step=words[f"step.{step[1].code}"])
            if step
            else None
        ),
        datasets=standing.published.datasets,
        conformity=_rounded(standing.published.conformity),
        mqa=_rounded(standing.published.mqa),
        committed_on=said.committed_on if said else None,
        commitment_url=said.commitment_url if said else None,
        contact_name=said.contact_name if said else None,
        contact_email=said.contact_email if said else None,
        initiatives=[initiative_view(one) for one in standing.initiatives],
    )


def initiative_view(initiative: Initiative) -> InitiativeView:
    """An initiative for a reader of the API."""
    return InitiativeView.model_validate(initiative)


def _obligation(standing: Standing, language: Language) -> ObligationView:
    words, found = wording(language), standing.obligation
    return ObligationView(
        status=found.status.value,
        label=words[f"obligation.{found.status.value}"],
        reason=found.reason.value,
        explanation=words[f"obligation.reason.{found.reason.value}"],
        since=found.since,
        population=found.population,
        staff_fte=found.staff_fte,
        staff_on=found.staff_on,
        inferred=found.inferred,
        caution=words["obligation.inferred"] if found.inferred else None,
        references=[ReferenceView(title=title, url=url) for title, url in REFERENCES],
    )


def _evidence(one: Evidence, language: Language) -> EvidenceView:
    words = wording(language)
    return EvidenceView(
        code=one.code,
        label=words[f"evidence.{one.code}"],
        met=one.met,
        essential=one.essential,
        value=_rounded(one.value),
        needed=one.needed,
        share=one.share,
        step=words[f"step.{one.code}"],
    )


def mutualisation_view(
    found: Mutualisation, public_url: str, language: Language
) -> MutualisationView:
    """What could be shared, for a reader of the API."""

    def organization(id_: UUID) -> Named:
        return Named(id=str(id_), name=found.names.get(id_, ""))

    def dataset(one: SharedDataset) -> SharedDatasetView:
        return SharedDatasetView(
            id=one.id,
            title=one.title,
            organization=organization(one.organization_id),
            territory=one.territory_code,
            url=f"{public_url}/jeux/{one.id}",
            fictitious=one.fictitious,
        )

    def example(one: Example) -> ExampleView:
        return ExampleView(
            resource_id=one.resource_id,
            dataset=Named(id=str(one.dataset_id), name=one.dataset_title),
            organization=organization(one.organization_id),
            territory=one.territory_code,
            url=one.url,
            page=f"{public_url}/jeux/{one.dataset_id}",
            rows=one.rows,
            fictitious=one.fictitious,
        )

    return MutualisationView(
        territory=Named(id=found.territory.code, name=found.territory.name),
        comparison={name: _figure(found, name) for name in ("datasets", "conformity", "mqa")},
        published_twice=[
            TwiceView(
                schema_=pair.schema,
                label=schema_label(pair.schema, language),
                smaller=dataset(pair.smaller),
                larger=dataset(pair.larger),
            )
            for pair in found.twice
        ],
        compared_with=[Named(id=one.code, name=one.name) for one in found.neighbours],
        published_by_neighbours=[
            LackingView(
                schema_=one.schema,
                label=schema_label(one.schema, language),
                schema_url=f"{_REGISTER}/{one.schema}/",
                neighbours=list(one.neighbours),
                example=example(one.example),
            )
            for one in found.lacking
        ],
    )


def _figure(found: Mutualisation, name: str) -> FigureView:
    theirs = [value for one in found.theirs if (value := getattr(one, name)) is not None]
    own = getattr(found.own, name)
    return FigureView(own=_rounded(own), median=_rounded(median(theirs)) if theirs else None)


def obligation_row(standing: Standing, language: Language) -> tuple[Any, ...]:
    """One line of the tracker as a table."""
    view = standing_view(standing, language)
    return (
        view.territory.id if view.territory else None,
        standing.name,
        view.obligation.population,
        view.obligation.staff_fte,
        view.obligation.staff_on,
        view.obligation.status,
        view.obligation.explanation,
        view.obligation.since,
        " ; ".join(reference.title for reference in view.obligation.references),
        view.datasets,
        view.phase,
        view.next_step.step if view.next_step else None,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
