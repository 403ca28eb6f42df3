"""Shapes of the API's answers."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.catalogue.api.explanations import ExplanationView, explanation_view
from services.catalogue.models.dataset import Dataset, DatasetCopy, Resource
from services.catalogue.models.edits import Editor
from services.catalogue.models.guide import FoundGuide
from services.catalogue.models.schema_names import schema_label
from services.catalogue.models.search import Facet, FacetValue, Hit
from services.catalogue.models.territory import Territory
from services.catalogue.models.wording import Language


class _View(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Named(_View):
    """Something by its id or code, with its name."""

    id: str
    name: str


class TerritoryView(_View):
    """A territory; `path` names those around it, smallest first, beginning with itself."""

    code: str
    kind: str
    name: str
    siren: str | None
    population: int | None
    path: tuple[str, ...]
    postal_codes: tuple[str, ...]


class HitView(_View):
    """A dataset in a list; the description is its beginning."""

    id: UUID
    title: str
    description: str | None
    organization: Named
    publisher_name: str | None
    territory: Named | None
    license: str | None
    keywords: tuple[str, ...]
    schemas: tuple[str, ...]
    formats: tuple[str, ...]
    verdicts: Mapping[str, int]
    validity: float | None
    quality_points: int | None
    issued: datetime | None
    modified: datetime | None
    archived: bool
    fictitious: bool
    remote_url: str | None
    url: str
    explanation: ExplanationView | None = None


class FacetValueView(_View):
    """A value of a facet; `count` leaves the facet's own filter out."""

    value: str
    label: str
    count: int
    selected: bool
    kind: str | None = None


class SearchView(_View):
    """A page of a search; `next_cursor` is null on the last one.

    `relaxed`: no dataset has all the words; these have some of them. `corrected`: the query
    as it was read, when a word of it was mistyped. `guides`: those of the documentary base that
    have the words, on the first page.
    """

    hits: list[HitView]
    next_cursor: str | None
    total: int
    relaxed: bool
    corrected: str | None
    facets: dict[str, list[FacetValueView]]
    guides: list[FoundGuide] = []


class VerdictView(_View):
    """A verdict that held from `first_seen_at` to `checked_at` at least."""

    resource_id: UUID
    report_id: UUID
    content_sha256: str
    verdict: str
    summary: str
    schema_name: str | None
    schema_version: str | None
    detected: bool
    rows: int
    errors: int
    rows_with_errors: int
    engine_version: str
    first_seen_at: datetime
    checked_at: datetime


class ResourceView(_View):
    """A resource with its one verdict."""

    id: UUID
    remote_id: str
    title: str | None
    description: str | None
    url: str | None
    format: str | None
    mime: str | None
    size: int | None
    kind: str
    issued: datetime | None
    modified: datetime | None
    availability: str
    availability_reason: str | None
    http_status: int | None
    checked_at: datetime | None
    content_sha256: str | None
    verdict: str
    schema_name: str | None
    schema_version: str | None
    declared_schema: Mapping[str, Any] | None
    removed_at: datetime | None
    last_verdict: VerdictView | None


class PeriodView(_View):
    """dct:temporal; either end may be open."""

    start: date | None
    end: date | None


class ChainView(_View):
    """Where a portal says it has a dataset from."""

    kind: str
    domain: str | None
    remote_id: str | None
    url: str | None
    catalogue: str | None
    title: str | None


class ProvenanceView(_View):
    """A way by which the dataset reached the catalogue; `shown`: the one that is read here.

    `recognised_by` says why it is held to be the same: operator, identifier, chain, page,
    files or content.
    """

    id: UUID
    title: str
    organization: Named
    source_id: UUID | None
    portal_kind: str | None
    portal_name: str | None
    portal_url: str | None
    remote_id: str
    uri: str | None
    remote_url: str | None
    archived: bool
    revision: datetime
    shown: bool
    recognised_by: str | None
    chain: tuple[ChainView, ...]


class EditView(_View):
    """An edited field: what is shown, what the portal says, when it was changed, and for whom:
    the dataset's organisation (`publisher`) or the platform's operator.
    """

    field: str
    value: Any
    harvested: Any
    edited_by: Editor
    edited_at: datetime


class DatasetView(_View):
    """A dataset whole.

    `provenances` are all the ways by which it came; `shown_because` is the rule of precedence
    that chose this one, `canonical_url` the address of the one that is shown. `edits` are the
    fields that an operator wrote over what the portal says.
    """

    id: UUID
    organization: Named
    source_id: UUID | None
    remote_id: str
    uri: str | None
    remote_url: str | None
    title: str
    description: str | None
    publisher_name: str | None
    publisher_siret: str | None
    license: str | None
    license_raw: str | None
    frequency: str | None
    temporal: PeriodView | None
    territory: TerritoryView | None
    territory_reason: str
    keywords: tuple[str, ...]
    themes: tuple[str, ...]
    language: str | None
    issued: datetime | None
    modified: datetime | None
    contact_name: str | None
    contact_email: str | None
    archived: bool
    fictitious: bool
    schemas: tuple[str, ...]
    formats: tuple[str, ...]
    verdicts: Mapping[str, int]
    validity: float | None
    revision: datetime
    created_at: datetime
    updated_at: datetime
    duplicate_of: UUID | None
    shown_because: str | None
    provenances: tuple[ProvenanceView, ...]
    edits: tuple[EditView, ...]
    resources: tuple[ResourceView, ...]
    url: str
    canonical_url: str


class CountsView(_View):
    """One line of a breakdown; a null `key` holds what has none."""

    key: str | None
    label: str
    datasets: int
    resources: int
    verdicts: Mapping[str, int]


class StatisticsView(_View):
    """Counts of one snapshot, which add up across breakdowns: the lines of organisations or of
    territories together with the `other` ones, which sum up those left out.
    """

    datasets: int
    fictitious_datasets: int
    resources: int
    organizations: int
    territories: int
    by_verdict: Mapping[str, int]
    by_schema: list[CountsView]
    by_organization: list[CountsView]
    other_organizations: CountsView
    by_territory: list[CountsView]
    other_territories: CountsView
    generated_at: datetime


class OrganizationView(_View):
    """A member with what it publishes."""

    id: UUID
    name: str
    kind: str
    siren: str | None
    insee_code: str | None
    population: int | None
    roles: tuple[str, ...]
    parent_id: UUID | None
    datasets: int = 0
    resources: int = 0
    verdicts: Mapping[str, int] = {}


class SuggestionView(_View):
    """Something whose name begins as what was typed."""

    kind: str
    key: str
    label: str
    detail: str | None


def hit_view(hit: Hit, public_url: str) -> HitView:
    """A hit for a reader of the API."""
    territory = (
        Named(id=hit.territory_code, name=hit.territory_name or hit.territory_code)
        if hit.territory_code
        else None
    )
    return HitView.model_validate(
        {
            **vars(hit),
            "organization": Named(id=str(hit.organization_id), name=hit.organization_name),
            "territory": territory,
            "verdicts": hit.verdict_counts,
            "url": f"{public_url}/jeux/{hit.id}",
            "explanation": explanation_view(hit.explanation) if hit.explanation else None,
        }
    )


def dataset_view(dataset: Dataset, public_url: str) -> DatasetView:
    """A dataset for a reader of the API."""
    return DatasetView.model_validate(
        {
            **vars(dataset),
            "organization": Named(id=str(dataset.organization_id), name=dataset.organization_name),
            "territory": _view_of(dataset.territory),
            "temporal": dataset.temporal.model_dump() if dataset.temporal else None,
            "verdicts": dataset.verdict_counts,
            "provenances": [provenance_view(copy) for copy in dataset.provenances],
            "edits": [EditView.model_validate(edit) for edit in dataset.edits],
            "resources": [resource_view(resource) for resource in dataset.resources],
            "url": f"{public_url}/jeux/{dataset.id}",
            "canonical_url": f"{public_url}/jeux/{dataset.duplicate_of or dataset.id}",
        }
    )


def provenance_view(copy: DatasetCopy) -> ProvenanceView:
    """One way by which a dataset came, for a reader of the API."""
    owner = Named(id=str(copy.organization_id), name=copy.organization_name)
    return ProvenanceView.model_validate({**vars(copy), "organization": owner})


def resource_view(resource: Resource) -> ResourceView:
    """A resource for a reader of the API."""
    return ResourceView.model_validate(resource)


def facet_views(
    facet: Facet, values: Iterable[FacetValue], language: Language
) -> list[FacetValueView]:
    """A facet's values for a reader of the API; schemas have a name in each language."""
    views = [FacetValueView.model_validate(value) for value in values]
    if facet is Facet.SCHEMA:
        for view in views:
            view.label = schema_label(view.value, language)
    return views


def _view_of(territory: Territory | None) -> TerritoryView | None:
    return TerritoryView.model_validate(territory) if territory else None
