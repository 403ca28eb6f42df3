"""What the demonstration publishes and what a right platform makes of it, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from demo.catalogue import Dataset, Resource, build, organization_id
from demo.communes import COMMUNES, Commune
from demo.plan import PORTALS, PortalKind, Verdict

DEFAULT_SEED: Final = 94


@dataclass(frozen=True)
class DemoOrganization:
    """A member as the platform stores it."""

    name: str
    kind: str
    siren: str
    insee_code: str
    population: int


@dataclass(frozen=True)
class ExpectedResource:
    """`declared`: the portal names the schema, else it has to be found from the columns.

    `schema` is the register's name that the report should bear, `None` where no schema
    applies; `errors` are codes that an invalid file's report holds at least.
    """

    remote_id: str
    title: str
    url: str
    verdict: Verdict
    schema: str | None
    schema_version: str | None
    declared: bool
    errors: frozenset[str]


@dataclass(frozen=True)
class ExpectedDataset:
    """One dataset and its resources."""

    remote_id: str
    title: str
    resources: tuple[ExpectedResource, ...]


@dataclass(frozen=True)
class DemoSource:
    """One source to harvest: `organization` owns it, `kind`, `url` and `config` describe it.

    `fictitious` must reach the catalogue, which marks the data on every page.
    """

    organization: DemoOrganization
    name: str
    kind: PortalKind
    url: str
    config: Mapping[str, object]
    expected: tuple[ExpectedDataset, ...] = field(repr=False)
    fictitious: bool = True

    @property
    def resources(self) -> tuple[ExpectedResource, ...]:
        """The resources of all its datasets."""
        return tuple(one for dataset in self.expected for one in dataset.resources)


def manifest(base_url: str, seed: int = DEFAULT_SEED, state: int = 0) -> list[DemoSource]:
    """The sources that the server at `base_url` (no trailing slash) offers in `state`."""
    base_url = base_url.rstrip("/")
    datasets = build(seed, state)
    return [
        _source(base_url, seed, commune, [one for one in datasets if one.commune == commune])
        for commune in COMMUNES
    ]


def _source(base_url: str, seed: int, commune: Commune, datasets: list[Dataset]) -> DemoSource:
    portal = PORTALS[commune.slug]
    root = f"{base_url}/{portal.slug}"
    config: dict[str, object] = {}
    url = f"{root}/"
    if portal.shared:
        # Both ways of naming an organisation are exercised: its id, and its SIREN.
        by_id = int(commune.siren) % 2
        config["organization"] = organization_id(seed, commune) if by_id else commune.siren
    elif portal.kind == "dcat":
        url = f"{root}/catalog.{portal.extension}"
    return DemoSource(
        organization=DemoOrganization(
            name=f"Commune {commune.of_name}",
            kind="commune",
            siren=commune.siren,
            insee_code=commune.insee_code,
            population=commune.population,
        ),
        name=f"Données ouvertes {commune.of_name} (démonstration)",
        kind=portal.kind,
        url=url,
        config=config,
        expected=tuple(_expected(base_url, dataset) for dataset in datasets),
    )


def _expected(base_url: str, dataset: Dataset) -> ExpectedDataset:
    return ExpectedDataset(
        remote_id=dataset.id,
        title=dataset.title,
        resources=tuple(_expected_resource(base_url, one) for one in dataset.resources),
    )


def _expected_resource(base_url: str, resource: Resource) -> ExpectedResource:
    checked = resource.expected in {"valid", "invalid"}
    schema = resource.schema if checked else None
    return ExpectedResource(
        remote_id=resource.id,
        title=resource.name,
        url=resource.url(base_url),
        verdict=resource.expected,
        schema=schema.name if schema else None,
        schema_version=schema.version if schema else None,
        declared=resource.declares_schema,
        errors=resource.expected_errors,
    )
