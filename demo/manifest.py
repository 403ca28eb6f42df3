"""What the demonstration publishes and what a right platform makes of it, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from demo.catalogue import FICTITIOUS, Dataset, build, organization_id
from demo.members import MEMBERS, Member
from demo.method import DECLARED, Declared
from demo.plan import PORTALS, REGIONAL, Portal, PortalKind, Verdict
from demo.portals.arcgis_hub import FEED
from demo.portals.csw import ENDPOINT
from demo.portals.holdings import also_on
from demo.portals.listing import folder_of
from demo.portals.shown import ShownFile, shown_files, shown_id, shown_title

DEFAULT_SEED: Final = 94


@dataclass(frozen=True)
class DemoOrganization:
    """A member as the platform stores it. `insee_code` None: it has none but its SIREN."""

    name: str
    kind: str
    siren: str
    insee_code: str | None
    population: int
    declared: Declared = field(default_factory=Declared)


_DEPARTEMENT: Final = DemoOrganization(
    name="Département du Val-de-Marne",
    kind="departement",
    siren="229400288",
    insee_code="94",
    population=1426929,
)


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

    `fictitious` must reach the catalogue, which marks the data on every page. A portal that
    `republishes` shows only what others of these sources have: the catalogue counts it once.
    """

    organization: DemoOrganization
    name: str
    kind: PortalKind
    url: str
    config: Mapping[str, object]
    expected: tuple[ExpectedDataset, ...] = field(repr=False)
    fictitious: bool = True
    republishes: bool = False

    @property
    def resources(self) -> tuple[ExpectedResource, ...]:
        """The resources of all its datasets."""
        return tuple(one for dataset in self.expected for one in dataset.resources)


def manifest(base_url: str, seed: int = DEFAULT_SEED, state: int = 0) -> list[DemoSource]:
    """The sources that the server at `base_url` (no trailing slash) offers in `state`."""
    base_url = base_url.rstrip("/")
    datasets = build(seed, state)
    return [
        *(
            _source(base_url, seed, member, [one for one in datasets if one.member == member])
            for member in MEMBERS
        ),
        _regional(base_url, seed, [one for one in datasets if REGIONAL.slug in also_on(one)]),
    ]


def _source(base_url: str, seed: int, member: Member, datasets: list[Dataset]) -> DemoSource:
    portal = PORTALS[member.slug]
    return DemoSource(
        organization=DemoOrganization(
            name=member.body,
            kind=member.kind,
            siren=member.siren,
            insee_code=None if member.code == member.siren else member.code,
            population=member.population,
            declared=DECLARED.get(member.slug, Declared()),
        ),
        name=f"Données ouvertes {member.of_name} (démonstration)",
        kind=portal.kind,
        url=base_url + _path(portal),
        config=_config(portal, seed, member),
        expected=tuple(_expected(base_url, seed, portal, dataset) for dataset in datasets),
    )


def _regional(base_url: str, seed: int, datasets: list[Dataset]) -> DemoSource:
    return DemoSource(
        organization=_DEPARTEMENT,
        name="Données ouvertes du Val-de-Marne (démonstration)",
        kind=REGIONAL.kind,
        url=base_url + _path(REGIONAL),
        config={},
        expected=tuple(_expected(base_url, seed, REGIONAL, dataset) for dataset in datasets),
        republishes=True,
    )


def _path(portal: Portal) -> str:
    """What of the portal's address an operator would copy."""
    if portal.kind == "listing":
        return folder_of(portal)
    ends = {
        "dcat": f"catalog.{portal.extension}",
        "arcgis-hub": FEED.lstrip("/"),
        "csw": ENDPOINT.lstrip("/"),
        "schema-org": "sitemap.xml",
    }
    return f"/{portal.slug}/{ends.get(portal.kind, '')}"


def _config(portal: Portal, seed: int, member: Member) -> dict[str, object]:
    if portal.shared:
        # Both ways of naming an organisation are exercised: its id, and its SIREN.
        by_id = int(member.siren) % 2
        return {"organization": organization_id(seed, member) if by_id else member.siren}
    if portal.kind == "listing":
        # What a folder cannot say, the operator says for it.
        return {
            "publisher": member.body,
            "siret": member.siret,
            "license": "lov2",
            "description": FICTITIOUS,
        }
    return {}


def _expected(base_url: str, seed: int, portal: Portal, dataset: Dataset) -> ExpectedDataset:
    return ExpectedDataset(
        remote_id=shown_id(portal, seed, dataset),
        title=shown_title(portal, dataset),
        resources=tuple(map(_expected_resource, shown_files(portal, dataset, base_url))),
    )


def _expected_resource(file: ShownFile) -> ExpectedResource:
    checked = file.verdict in {"valid", "invalid"}
    schema = file.resource.schema if checked else None
    return ExpectedResource(
        remote_id=file.remote_id,
        title=file.title,
        url=file.url,
        verdict=file.verdict,
        schema=schema.name if schema else None,
        schema_version=schema.version if schema else None,
        declared=file.declared,
        errors=file.resource.expected_errors if checked else frozenset(),
    )
