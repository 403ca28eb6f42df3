"""Who publishes what, through which portal, and what is wrong with it.

This is the script of the demonstration: to add a dataset, add a line here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

Verdict = Literal["valid", "invalid", "unreadable", "unavailable", "no-schema"]
"""What the platform should say of a resource once it has been harvested and checked."""

Form = Literal[
    "csv", "csv-cp1252", "csv-bom", "xlsx", "xlsx-title", "ods", "json", "pdf", "zip",
    "html", "empty", "missing", "unresolvable", "refused", "large",
]  # fmt: skip
"""How the file is written; the last ones are no table, or no file at all."""

Declared = Literal["version", "name", "url", "nulls", "empty", "none"]
"""In which of udata's shapes the resource says its schema; the last three say nothing."""


@dataclass(frozen=True)
class File:
    """One resource. `flaw` names an entry of `demo.flaws.FLAWS`; from the state
    `mended_in` on, the flaw is gone; from `revised_in` on, the content is another.
    """

    year: int = 2025
    form: Form = "csv"
    flaw: str | None = None
    declared: Declared = "version"
    mended_in: int | None = None
    revised_in: int | None = None


@dataclass(frozen=True)
class Publication:
    """One dataset; `states` are the states of the demonstration in which it is listed."""

    subject: str
    files: tuple[File, ...]
    license: str = "lov2"
    states: frozenset[int] = frozenset({0, 1, 2})


PortalKind = Literal[
    "udata", "ckan", "opendatasoft", "dcat", "arcgis-hub", "csw", "scdl-catalogue",
    "schema-org", "listing",
]  # fmt: skip

SILENT: Final = frozenset({"scdl-catalogue", "schema-org", "listing"})
"""Kinds of portal that have no place to name the schema of a file."""


@dataclass(frozen=True)
class Portal:
    """Where a member publishes: a site of its own, or an organisation's page on a shared
    one (`shared`); `extension` is the RDF form of a DCAT catalogue.
    """

    slug: str
    kind: PortalKind
    shared: bool = False
    extension: str = "ttl"


STATES: Final = (0, 1, 2)
NATIONAL: Final = Portal("datagouv", "udata", shared=True)
"""The demonstration's data.gouv.fr: several members, one organisation each."""

REGIONAL: Final = Portal("departement", "ckan")
"""The portal of the département: it publishes nothing of its own, but what it harvests."""

REPUBLISHED: Final[Mapping[str, frozenset[str]]] = MappingProxyType({
    "creteil": frozenset({"deliberations", "equipements", "menus"}),
    "nogent-sur-marne": frozenset({"deliberations", "adresses", "arbres"}),
})  # fmt: skip
"""Which subjects of which members are found on the portal of the département as well."""


def _data(subject: str, *files: File, **facts: object) -> Publication:
    return Publication(subject, files or (File(),), **facts)  # type: ignore[arg-type]


PORTALS: Final[Mapping[str, Portal]] = MappingProxyType({
    "boissy-saint-leger": NATIONAL,
    "chennevieres-sur-marne": Portal("chennevieres", "udata"),
    "creteil": NATIONAL,
    "grand-paris-sud-est-avenir": Portal("gpsea", "udata"),
    "joinville-le-pont": Portal("joinville", "dcat", extension="jsonld"),
    "la-queue-en-brie": Portal("la-queue", "listing"),
    "limeil-brevannes": Portal("limeil", "opendatasoft"),
    "maisons-alfort": Portal("maisons-alfort", "dcat", extension="ttl"),
    "mandres-les-roses": Portal("mandres", "scdl-catalogue"),
    "marolles-en-brie": Portal("marolles", "schema-org"),
    "nogent-sur-marne": Portal("nogent", "dcat", extension="rdf"),
    "ormesson-sur-marne": Portal("ormesson", "arcgis-hub"),
    "perigny": Portal("perigny", "csw"),
})  # fmt: skip

PLAN: Final[Mapping[str, tuple[Publication, ...]]] = MappingProxyType({
    "creteil": (
        _data("deliberations", File(revised_in=1), File(2024, "csv-cp1252")),
        _data("subventions", File(), File(2024, flaw="decimal-comma", mended_in=2)),
        _data("equipements"),
        _data("prenoms", File(), File(form="pdf", declared="none")),
        _data("budget", license="odc-odbl"),
        _data("menus"),
        _data("stationnement", File(declared="name")),
        _data("irve"),
    ),
    "boissy-saint-leger": (
        _data("deliberations", File(flaw="spaced-siret")),
        _data("subventions", File(form="html")),
        _data("prenoms", File(declared="url")),
        _data("menus", File(form="csv-bom")),
        _data("arbres", File(declared="nulls"), File(form="zip", declared="empty")),
    ),
    "limeil-brevannes": (
        _data("deliberations", File(flaw="misspelt-columns", mended_in=1)),
        _data("equipements", File(flaw="missing-column")),
        _data("budget", File(flaw="budget-wrong-key")),
        _data("plats"),
        _data("covoiturage"),
        _data("evenements", File(form="json", declared="none")),
    ),
    "la-queue-en-brie": (
        _data("deliberations", File(declared="none")),
        _data("subventions", File(flaw="beneficiary-wrong-key")),
        _data("dae"),
        _data("adresses", File(form="csv-bom")),
        _data("evenements", File(declared="none")),
    ),
    "mandres-les-roses": (
        _data("prenoms", File(flaw="upper-case-names")),
        _data("subventions", File(form="missing")),
        _data("stationnement", File(flaw="duplicated-key")),
        _data("catalogue", states=frozenset({0})),
        _data("arbres", File(declared="empty")),
    ),
    "marolles-en-brie": (
        _data("deliberations", File(form="xlsx-title", flaw="spaced-siret")),
        _data("equipements", File(flaw="blank-rows")),
        _data("prenoms", File(form="empty")),
        _data("dae", File(flaw="unknown-access")),
        _data("marches", File(declared="none")),
    ),
    "ormesson-sur-marne": (
        _data("deliberations", File(form="xlsx")),
        _data("subventions", File(form="unresolvable")),
        _data("irve", File(declared="url")),
        _data("menus", File(flaw="text-allergens")),
        _data("bureaux-de-vote", File(declared="none")),
    ),
    "perigny": (
        _data("deliberations", File(form="ods")),
        _data("prenoms", File(form="csv-cp1252")),
        _data("equipements"),
        _data("adresses"),
        _data("arbres", File(declared="nulls"), states=frozenset({0, 2})),
    ),
    "chennevieres-sur-marne": (
        _data("deliberations"),
        _data("subventions", File(form="csv-cp1252", flaw="capital-nature")),
        _data("budget", license="notspecified"),
        _data("covoiturage", File(flaw="swapped-comma")),
        _data("catalogue"),
        _data("evenements", File(declared="none")),
    ),
    "maisons-alfort": (
        _data("deliberations", File(), File(2015, "large")),
        _data("budget"),
        _data("subventions", File(flaw="decimal-comma")),
        _data("stationnement"),
        _data("equipements", File(form="csv-cp1252")),
        _data("dae"),
        _data("menus"),
    ),
    "nogent-sur-marne": (
        _data("deliberations", File(flaw="french-dates")),
        _data("prenoms"),
        _data("adresses"),
        _data("irve", license="odc-odbl"),
        _data("equipements"),
        _data("arbres", File(declared="none")),
    ),
    "joinville-le-pont": (
        _data("deliberations", File(form="csv-cp1252", flaw="french-dates")),
        _data("subventions"),
        _data("menus"),
        _data("plats"),
        _data("covoiturage"),
        _data("bureaux-de-vote", File(form="refused", declared="none")),
        _data("stationnement", states=frozenset({1, 2})),
    ),
    # The first three are also published by communes of the EPT: twice the same for one place.
    "grand-paris-sud-est-avenir": (
        _data("irve"),
        _data("stationnement", File(flaw="duplicated-key")),
        _data("covoiturage", File(form="csv-bom")),
        _data("decheteries", File(declared="none")),
        _data("collectes", File(form="xlsx", declared="none")),
    ),
})  # fmt: skip
