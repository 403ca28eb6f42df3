"""Invented datasets as an export gets them, drawn by Hypothesis or complete."""

import re
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import strategies as st

from services.catalogue.models.contours import Contour
from services.catalogue.models.dataset import Dataset, Resource
from services.catalogue.models.publication import Place, PublishedDataset
from services.catalogue.models.territory import Territory
from services.catalogue.models.verdict import HistoryLine
from shared.access.models import Organization
from shared.contracts.records import Checksum, Period, Spatial

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
CRETEIL = Organization(id=UUID(int=1), name="Créteil", siren="219400280", insee_code="94028")
PLACES = {
    "fr:commune:94028": Place(
        Territory("94028", "commune", "Créteil"), Contour("94028", None, 2.4549, 48.7837)
    ),
    "fr:epci:200058006": Place(
        Territory("200058006", "epci", "Grand Paris Sud Est Avenir"),
        Contour(
            "200058006", "[[[[2.4, 48.7], [2.6, 48.7], [2.6, 48.8], [2.4, 48.7]]]]", 2.5, 48.75
        ),
    ),
    "fr:region:11": Place(Territory("R11", "region", "Île-de-France")),
}

# What a portal may say, without what our readers clean away (controls, character references).
words = st.text(
    st.characters(
        categories=["L", "N", "P", "S"],
        exclude_characters="&<>\\",
    ),
    min_size=1,
    max_size=12,
)
lines = st.lists(words, min_size=1, max_size=4).map(" ".join)
labels = lines.map(lambda text: " ".join(re.sub(r"[,;]|://", " ", text).split())).filter(bool)
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2026, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.just(UTC),
)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2030, 1, 1))
periods = st.tuples(days, days).map(lambda pair: Period(start=min(pair), end=max(pair)))
ids = st.uuids()
FORMATS = ["csv", "xlsx", "json", "gtfs", "jsonld", None]
points = st.tuples(st.floats(-179, 179), st.floats(-89, 89)).map(
    lambda at: {"type": "Point", "coordinates": [round(at[0], 5), round(at[1], 5)]}
)
LICENCES = ["lov2", "fr-lo", "odc-odbl", "cc-by", "cc-by-sa", "cc-zero", None]


@st.composite
def resources(draw) -> Resource:
    maybe = lambda strategy: draw(st.none() | strategy)  # noqa: E731
    verdict = draw(st.sampled_from(["valid", "invalid", "no-schema", "pending"]))
    id_ = draw(ids)
    service = draw(st.booleans())
    number = draw(st.integers(0, 10**6))
    return Resource(
        id=id_,
        remote_id="r",
        title=draw(lines),
        description=maybe(lines),
        url=f"https://exemple.fr/{number}{'?service=WMS' if service else ''}",
        format="wms" if service else draw(st.sampled_from(FORMATS)),
        mime=None if service else maybe(st.sampled_from(["text/csv", "application/json"])),
        size=maybe(st.integers(0, 2**40)),
        kind="api" if service else "main",
        issued=maybe(moments),
        modified=maybe(moments),
        availability="available",
        availability_reason=None,
        http_status=200,
        checked_at=NOW,
        content_sha256=None,
        verdict=verdict,
        schema_name=draw(st.sampled_from([None, "scdl/deliberations", "etalab/schema-bal"])),
        schema_version=draw(st.sampled_from([None, "2.1.5"])),
        declared_schema=None,
        removed_at=None,
        last_verdict=verdict_line(id_, verdict) if verdict in {"valid", "invalid"} else None,
    )  # fmt: skip


def verdict_line(resource_id: UUID, verdict: str = "valid") -> HistoryLine:
    return HistoryLine(
        1, resource_id, UUID(int=9), "0" * 64, verdict, "…", "scdl/deliberations", "2.1.5", False,
        200, 4, 3, "1", NOW, NOW,
    )  # fmt: skip


@st.composite
def publications(draw) -> PublishedDataset:
    maybe = lambda strategy: draw(st.none() | strategy)  # noqa: E731
    found = draw(st.lists(resources(), max_size=3, unique_by=lambda each: each.id))
    zones = draw(
        st.lists(st.sampled_from([*PLACES, "country:fr", "fr:iris:940280101"]), unique=True)
    )
    geometry = maybe(points)
    place = maybe(labels)
    licence = draw(st.sampled_from(LICENCES))
    dataset = Dataset(
        id=draw(ids),
        organization_id=CRETEIL.id,
        organization_name=CRETEIL.name,
        source_id=None,
        remote_id="source-1",
        uri=None,
        remote_url=maybe(st.just("https://exemple.fr/jeu/1")),
        title=draw(lines),
        description=maybe(lines),
        publisher_name=maybe(lines),
        publisher_siret=maybe(st.just("21940028000018")),
        license=licence,
        license_raw=None if licence else maybe(st.just("Sur demande au service")),
        frequency=draw(st.sampled_from(["daily", "annual", "irregular", "punctual", None])),
        temporal=maybe(periods),
        keywords=tuple(draw(st.lists(labels, max_size=4, unique=True))),
        themes=tuple(draw(st.lists(labels | st.just("Culture"), max_size=2, unique=True))),
        language=draw(st.sampled_from(["fra", None])),
        issued=maybe(moments),
        modified=maybe(moments),
        contact_name=maybe(lines),
        contact_email=maybe(st.just("donnees@ville-creteil.fr")),
        archived=False,
        fictitious=draw(st.booleans()),
        territory_reason="zone",
        revision=NOW,
        created_at=NOW,
        updated_at=NOW,
        schemas=("scdl/deliberations",),
        formats=("csv",),
        verdict_counts={"valid": 1},
        validity=draw(st.sampled_from([None, 0.0, 0.5, 1.0])),
        resources=tuple(found),
    )  # fmt: skip
    checksums = {
        each.id: Checksum(algorithm="sha256", value="ab" * 32)
        for each in found
        if draw(st.booleans())
    }
    spatial = Spatial(zones=tuple(zones), geometry=geometry, name=place)
    return PublishedDataset(
        dataset=dataset,
        organization=CRETEIL,
        spatial=spatial if zones or geometry or place else None,
        places={zone: PLACES[zone] for zone in zones if zone in PLACES},
        checksums=checksums,
    )


def complete() -> PublishedDataset:
    """A dataset of which everything is known."""
    file = Resource(
        id=UUID(int=7), remote_id="r", title="Délibérations 2026", description="Le fichier.",
        url="https://exemple.fr/deliberations.csv", format="csv", mime="text/csv", size=12_345,
        kind="main", issued=NOW, modified=NOW, availability="available", availability_reason=None,
        http_status=200, checked_at=NOW, content_sha256="0" * 64, verdict="valid",
        schema_name="scdl/deliberations", schema_version="2.1.5", declared_schema=None,
        removed_at=None, last_verdict=verdict_line(UUID(int=7)),
    )  # fmt: skip
    dataset = Dataset(
        id=UUID(int=5), organization_id=CRETEIL.id, organization_name="Créteil", source_id=None,
        remote_id="source-1", uri="https://exemple.fr/id/1", remote_url="https://exemple.fr/jeu/1",
        title="Délibérations du conseil municipal", description="Toutes les délibérations.",
        publisher_name="Ville de Créteil", publisher_siret="21940028000018", license="odc-odbl",
        license_raw="ODbL", frequency="monthly",
        temporal=Period(start=date(2020, 1, 1), end=date(2026, 1, 1)),
        keywords=("délibérations",), themes=("Administration",), language="fra", issued=NOW,
        modified=NOW, contact_name="Service informatique", contact_email="donnees@ville.fr",
        archived=False, fictitious=False, territory_reason="zone", revision=NOW, created_at=NOW,
        updated_at=NOW, schemas=("scdl/deliberations",), formats=("csv",),
        verdict_counts={"valid": 1}, validity=1.0, resources=(file,),
    )  # fmt: skip
    zone = "fr:commune:94028"
    return PublishedDataset(
        dataset, CRETEIL, Spatial(zones=(zone,)), {zone: PLACES[zone]},
        {file.id: Checksum(algorithm="sha256", value="ab" * 32)},
    )  # fmt: skip
